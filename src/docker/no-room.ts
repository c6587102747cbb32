import { retryRow } from '../retry-classes.js';
import { failureText } from './failure-text.js';

/** Whether the output of a program, or what Docker says, is about a disk that takes nothing more. */
export function saysNoRoom(text: string): boolean {
  return retryRow('no-room', { text }) !== undefined;
}

/**
 * Whether something failed because a disk takes nothing more: one of ours, or one of Docker's, which need not be the same. Looks
 * at the failure's code, its message, and the lines of output that came with it.
 */
export function lacksRoom(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  return retryRow('no-room', { text: failureText(error), code }) !== undefined;
}
