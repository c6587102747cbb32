import { fail, type Judgement, pending, sick } from './judgement.js';
import { type ContainerTrack, restartsOf } from './track.js';
import type { RestartPolicy, Sample } from './verdict.js';
import { times } from './words.js';

/** How many restarts make a crash loop. */
const LOOP_RESTARTS = 2;
/** How long a container may be missing, or in a state that only passes, before that is what it is. */
const TOLERATED_MS = 1000;

/** Whether Docker starts it again after it ended with this code. */
export function willRestart({ name, maximumRetries }: RestartPolicy, exitCode: number, restartCount: number): boolean {
  if (name === 'no') return false;
  if (name === 'on-failure') return exitCode !== 0 && (maximumRetries === 0 || restartCount < maximumRetries);
  return true;
}

/** Not there, or removed, or created and never started; undefined where it has been started. */
export function judgeAbsence(track: ContainerTrack, sample: Sample): Judgement | undefined {
  const patience = (what: string) => (isOverdue(track, sample) ? fail(what) : pending(what));
  switch (sample.state) {
    case 'missing':
    case 'removing':
      return patience('its container is gone');
    case 'created':
      return patience(`was created but never started${sample.error ? `: ${sample.error}` : ''}`);
    case 'dead':
      return fail('is dead: Docker could not remove it');
    case 'running':
    case 'paused':
    case 'restarting':
    case 'exited':
      return undefined;
  }
}

/** A crash loop is told by the count of restarts, since a look may always fall into the moment in which it runs. */
export function judgeCrashLoop(track: ContainerTrack): Judgement | undefined {
  const restarts = restartsOf(track);
  if (restarts < LOOP_RESTARTS) return undefined;
  return sick(`${exitWords(track)}, restarted ${times(restarts)}`);
}

/** It has ended, and `isOver` tells whether that is for good: Docker will not, or did not, start it again. */
export function judgeExit(track: ContainerTrack, sample: Sample): { isOver: boolean; reason: string } {
  const reason = `${exitWords(track)}${sample.error ? `: ${sample.error}` : ''}`;
  const exitCode = sample.exitCode ?? 0;
  if (!willRestart(sample.restartPolicy, exitCode, sample.restartCount)) return { isOver: true, reason };
  return { isOver: isOverdue(track, sample), reason: `${reason} and was not started again (stopped by hand?)` };
}

/** `exited with 137 (out of memory)` */
export function exitWords({ lastExit }: ContainerTrack): string {
  if (!lastExit) return 'exited with an unknown code';
  return `exited with ${lastExit.exitCode}${lastExit.oomKilled ? ' (out of memory)' : ''}`;
}

function isOverdue({ stillSinceMs }: ContainerTrack, { atMs }: Sample): boolean {
  return stillSinceMs !== undefined && atMs - stillSinceMs >= TOLERATED_MS;
}
