/** The value in the middle, the upper one of two; undefined where there is none. */
export function medianOf(values: number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
