/** A timer of Node's knows no longer one. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;
