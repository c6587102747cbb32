import { expect } from '@jest/globals';

/** Whether jest finds two values equal. What comes from Node itself has other prototypes than what a test writes, so Node finds few alike. */
export function isAlike(came: unknown, had: unknown): boolean {
  try {
    expect(came).toEqual(had);
    return true;
  } catch {
    return false;
  }
}
