import { retryRow } from '../retry-classes.js';
import { failureText } from './failure-text.js';

/**
 * Whether a failure, by its message and the lines of output that came with it, says that Docker cannot let go of something, such as a
 * container that it can neither end nor remove. That is trouble of a driver's or the kernel's, and no fault of what it was asked to
 * do: somebody has to look.
 */
export function isStuck(error: unknown): boolean {
  return retryRow('stuck', { text: failureText(error) }) !== undefined;
}
