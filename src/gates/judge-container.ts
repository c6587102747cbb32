import type { GateSpec } from '../plan/plan.js';
import { exitWords, judgeAbsence, judgeCrashLoop, judgeExit } from './exits.js';
import { fail, inconclusive, type Judgement, pass, pending, sick } from './judgement.js';
import { judgeOneShot } from './one-shot.js';
import { type ContainerTrack, restartsOf } from './track.js';
import type { Sample } from './verdict.js';
import { wellnessOf } from './wellness.js';

/** Whether one container is well for the first time. `track` has taken `sample` into account. */
export function judgeContainer(track: ContainerTrack, sample: Sample, kind: GateSpec['kind']): Judgement {
  const common = judgeAbsence(track, sample) ?? judgePause(sample);
  if (common) return common;
  if (kind === 'one-shot') return judgeOneShot(track, sample);
  return judgeCrashLoop(track) ?? judgeEnded(track, sample) ?? judgeWellness(track, sample);
}

/** Nothing runs in it, so nothing can be said. */
export function judgePause({ state }: Sample): Judgement | undefined {
  return state === 'paused' ? inconclusive('is paused; unpause it and look again') : undefined;
}

function judgeEnded(track: ContainerTrack, sample: Sample): Judgement | undefined {
  if (sample.state === 'restarting') return pending(`restarting: ${exitWords(track)}`);
  if (sample.state !== 'exited') return undefined;
  const { isOver, reason } = judgeExit(track, sample);
  return isOver ? fail(reason) : pending(reason);
}

function judgeWellness(track: ContainerTrack, sample: Sample): Judgement {
  const { state, reason, isBlind } = wellnessOf(sample);
  switch (state) {
    case 'well':
      return pass(reason, restartsOf(track) > 0 || track.wasUnhealthy);
    case 'sick':
      return sick(reason);
    case 'starting':
      return pending(reason, isBlind);
    case 'unknowable':
      return inconclusive(reason);
  }
}
