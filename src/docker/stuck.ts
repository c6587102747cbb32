import { failureText } from './failure-text.js';

/**
 * What Docker says where it cannot let go of something, such as a container that it can neither end nor remove. That is trouble of a
 * driver's or the kernel's, and no fault of what it was asked to do: somebody has to look.
 */
const STUCK = [
  /failed to remove root filesystem/i,
  /unable to remove filesystem/i,
  /cannot (stop|kill) container/i,
  /could not kill/i,
  /did not receive an exit event/i,
  /failed to (end|remove) container/i,
];

/** Whether a failure, by its message and the lines of output that came with it, says that something does not go. */
export function isStuck(error: unknown): boolean {
  const text = failureText(error);
  return STUCK.some((says) => says.test(text));
}
