/** `npm run test:deep`: besides all of `npm test`, every variation of what a test shows. */
export const isDeep = process.env['EVENKEEL_TESTS'] === 'deep';

/** Tests that vary what another one shows, in a place where that costs much: they are there in depth only. */
export function inDepth(define: () => void): void {
  if (isDeep) define();
}

/** The cases of a table of tests: those that are always there, and in depth the others too. */
export function cases<T>(always: T[], deep: T[]): T[] {
  return isDeep ? [...always, ...deep] : always;
}
