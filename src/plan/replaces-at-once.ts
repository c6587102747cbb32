/**
 * How many services of a wave are replaced at the same time: enough that one which takes long to stop does not hold up
 * the others, and few enough that a small host is not busier with Compose than with the containers.
 */
export function replacesAtOnce(cpus: number): number {
  return Math.min(2 * cpus, 8);
}
