import { ApplicationFailure } from '@temporalio/activity';
import { Weather } from '../src/docker/weather.js';
import { duration, times } from '../src/gates/words.js';
import { FAILURE } from './failures.js';

/** What the traces of a Compose have that took longer than it may, and was ended. None ends with it by itself. */
export const UNANSWERED_EXIT_CODE = 124;
/** Who waits so often for nothing waits for what a person has to look at. */
const AT_MOST = 3;

/**
 * How a step fails whose Compose was ended for the `count`th time because it took longer than `withinMs`. It is tried again, but for
 * each third time: then only a person knows whether that is worth while, and who tries once more has three times again.
 */
export function tookTooLong(doing: string, withinMs: number, count: number): Error {
  if (count % AT_MOST !== 0) return new Weather(`${doing}: Docker did not answer Compose, which was ended`);
  return ApplicationFailure.nonRetryable(
    `${doing}: Compose got no answer from Docker within ${duration(withinMs)}, ${times(count)}, and was ended each time; ` +
      'find out what keeps Docker, or a hook of the service, at work for so long',
    FAILURE.stuck,
    { excerpt: [] },
  );
}
