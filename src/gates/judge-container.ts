import type { GateSpec } from '../plan/plan.js';
import { exitWords, judgeAbsence, judgeCrashLoop, judgeExit } from './exits.js';
import { fail, inconclusive, type Judgement, pass, pending, sick } from './judgement.js';
import { judgeOneShot } from './one-shot.js';
import { type ContainerTrack, restartsOf } from './track.js';
import type { Sample } from './verdict.js';
import { wellnessOf } from './wellness.js';

/** How long a container that has restarted must have run to be well: a crash loop may look well between two crashes. */
const SETTLES_FOR_MS = 1000;

/** Whether one container is well for the first time. `track` has taken `sample` into account. */
export function judgeContainer(track: ContainerTrack, sample: Sample, gate: GateSpec): Judgement {
  const common = judgeAbsence(track, sample) ?? judgePause(sample);
  if (common) return common;
  if (gate.kind === 'one-shot') return judgeOneShot(track, sample);
  return judgeCrashLoop(track) ?? judgeEnd(sample, gate) ?? judgeEnded(track, sample) ?? judgeWellness(track, sample);
}

/** Nothing runs in it, so nothing can be said. */
export function judgePause({ state }: Sample): Judgement | undefined {
  return state === 'paused' ? inconclusive('is paused; unpause it and look again') : undefined;
}

/** It has ended well, and may. */
export function judgeEnd({ state, exitCode, restartPolicy }: Sample, { mayEnd }: GateSpec): Judgement | undefined {
  const hasEnded = state === 'exited' && exitCode === 0 && restartPolicy.name === 'no';
  return mayEnd && hasEnded ? pass('exited with 0') : undefined;
}

function judgeEnded(track: ContainerTrack, sample: Sample): Judgement | undefined {
  if (sample.state === 'restarting') return pending(`restarting: ${exitWords(track)}`);
  if (sample.state !== 'exited') return undefined;
  const { isOver, reason } = judgeExit(track, sample);
  return isOver ? fail(reason) : pending(reason);
}

function judgeWellness(track: ContainerTrack, sample: Sample): Judgement {
  const { state, reason, atLast } = wellnessOf(sample, track.hearing);
  switch (state) {
    case 'well':
      if (hasOnlyJustRestarted(track, sample))
        return pending(`${reason}, but only just restarted: ${exitWords(track)}`);
      return pass(reason, restartsOf(track) > 0 || track.wasUnhealthy);
    case 'sick':
      return sick(reason);
    case 'starting':
      return pending(reason, atLast, sample.health === 'unhealthy');
    case 'unknowable':
      return inconclusive(reason, sample.health === 'unhealthy');
  }
}

function hasOnlyJustRestarted(track: ContainerTrack, { atMs, startedAtMs = atMs }: Sample): boolean {
  return restartsOf(track) > 0 && atMs - startedAtMs < SETTLES_FOR_MS;
}
