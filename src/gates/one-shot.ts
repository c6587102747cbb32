import { exitWords, judgeCrashLoop, judgeExit } from './exits.js';
import { fail, type Judgement, pass, pending } from './judgement.js';
import { type ContainerTrack, restartsOf } from './track.js';
import type { Sample } from './verdict.js';

/** A one-shot is well when it has ended with 0. Under `on-failure` Docker may try as often as the policy says. */
export function judgeOneShot(track: ContainerTrack, sample: Sample): Judgement {
  if (sample.state === 'exited') {
    if (sample.exitCode === 0) return pass('exited with 0', restartsOf(track) > 0);
    const { isOver, reason } = judgeExit(track, sample);
    return isOver ? fail(reason) : pending(reason);
  }
  if (sample.restartPolicy.name !== 'on-failure') {
    const loop = judgeCrashLoop(track);
    if (loop) return { ...loop, reason: `${loop.reason}; set its restart policy to "no" or "on-failure"` };
  }
  return sample.state === 'restarting' ? pending(`restarting: ${exitWords(track)}`) : pending('has not ended yet');
}
