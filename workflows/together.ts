import { isStopped } from './is-stopped.js';

/** Waits for all; of what failed, a failure counts before somebody who was only stopped by it. */
export async function together(works: Promise<unknown>[]): Promise<void> {
  const ended = await Promise.allSettled(works);
  const reasons = ended.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
  if (reasons.length > 0) throw reasons.find((reason) => !isStopped(reason)) ?? reasons[0];
}
