import type { GateSpec } from '../plan/plan.js';
import { doubtOf } from './doubt.js';
import { exitWords, judgeAbsence, judgeCrashLoop, judgeExit } from './exits.js';
import { fail, inconclusive, type Judgement, pass, pending, sick } from './judgement.js';
import { judgeEnd, judgePause } from './judge-container.js';
import { judgeOneShot } from './one-shot.js';
import { type ContainerTrack, restartsOf } from './track.js';
import type { Sample } from './verdict.js';
import { wellnessOf } from './wellness.js';
import { duration, times } from './words.js';

/**
 * Whether one container has stayed well for the gate's window. A restart, an exit and Docker's `unhealthy` end it; a
 * start by hand, or of Docker itself, and a failing probe of our own only make the window begin anew.
 */
export function judgeStability(track: ContainerTrack, sample: Sample, gate: GateSpec): Judgement {
  const common = judgeAbsence(track, sample) ?? judgePause(sample);
  if (common) return common;
  if (gate.kind === 'one-shot') return judgeOneShot(track, sample);
  return judgeCrashLoop(track) ?? judgeEnd(sample, gate) ?? judgeDip(track, sample) ?? judgeWindow(track, sample, gate);
}

/** At `atMs`, how long until all containers that were well then will have been so for the gate's window; `Infinity` where they had. Milliseconds. */
export function windowEndsInMs(tracks: ContainerTrack[], { stableForMs }: GateSpec, atMs: number): number {
  const lastSinceMs = Math.max(...tracks.flatMap(({ wellSinceMs }) => wellSinceMs ?? []));
  const endsInMs = lastSinceMs + stableForMs - atMs;
  return endsInMs > 0 ? endsInMs : Infinity;
}

function judgeDip(track: ContainerTrack, sample: Sample): Judgement | undefined {
  const restarts = track.restartCount - track.firstRestartCount;
  if (sample.state === 'restarting' || restarts > 0) {
    return sick(`was well at first, then ${exitWords(track)}, restarted ${times(Math.max(restarts, 1))}`);
  }
  if (sample.state !== 'exited') return undefined;
  const { isOver, reason } = judgeExit(track, sample);
  return isOver ? fail(`was well at first, then ${reason}`) : pending(reason);
}

function judgeWindow(track: ContainerTrack, sample: Sample, { stableForMs, wasSick }: GateSpec): Judgement {
  const { state, reason, atLast } = wellnessOf(sample, track.hearing);
  switch (state) {
    case 'sick':
      return sick(`was well at first, then ${reason}`);
    case 'unknowable':
      return inconclusive(reason, sample.health === 'unhealthy');
    case 'starting':
      return pending(reason, atLast, sample.health === 'unhealthy');
    case 'well': {
      const wellForMs = sample.atMs - (track.wellSinceMs ?? sample.atMs);
      const words = `${reason} for ${duration(wellForMs)}`;
      if (wellForMs < stableForMs) return pending(words);
      const doubt = wasSick ? undefined : doubtOf(sample);
      return doubt
        ? pending(`${words}, ${doubt}`, 'inconclusive')
        : pass(words, restartsOf(track) > 0 || track.wasUnhealthy);
    }
  }
}
