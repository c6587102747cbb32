/**
 * Which ground a lane takes its next cell of: the one that it is on, while there are any; then the one of which most are left for
 * each lane that is on it. `left`: the ground of each cell that is left; `taken`: the ground of each lane.
 */
export function groundToTake(left: string[], taken: readonly string[], lane: number): string | undefined {
  const here = taken[lane];
  if (here !== undefined && left.includes(here)) return here;
  const share = (ground: string): number =>
    left.filter((one) => one === ground).length / (1 + taken.filter((one) => one === ground).length);
  return [...new Set(left)].sort((a, b) => share(b) - share(a))[0];
}
