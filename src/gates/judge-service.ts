import type { GateSpec } from '../plan/plan.js';
import { seenForMs } from './engine-away.js';
import { fail, inconclusive, type Judgement, pass, pending, sick } from './judgement.js';
import { judgeContainer } from './judge-container.js';
import { judgeStability } from './judge-stability.js';
import type { Asked, Question } from './hearing.js';
import { type ContainerTrack, follow } from './track.js';
import type { Sample } from './verdict.js';
import { duration } from './words.js';

/** What a gate remembers from look to look; small, since it goes into heartbeats. */
export interface GateCursor {
  startedAtMs: number;
  /** By container id. */
  tracks: Record<string, ContainerTrack>;
  /** Since when the service has had no container at all. */
  emptySinceMs?: number;
  /** When somebody looked last, */
  lookedAtMs?: number;
  /** and how much time has passed in which nobody did. */
  unseenMs?: number;
  /** Since when Docker does not answer. */
  awaySinceMs?: number;
}

const MISSING_TOLERATED_MS = 1000;

/** Takes a look at all containers of the service into account. Containers that somebody replaced are forgotten. */
export function followService(
  cursor: GateCursor,
  samples: Sample[],
  atMs: number,
  asked: Omit<Asked, 'startedAtMs'>,
): GateCursor {
  const { emptySinceMs, tracks: before, ...rest } = cursor;
  const tracks = Object.fromEntries(
    samples.map((sample) => [
      sample.id,
      follow(before[sample.id], sample, { ...asked, startedAtMs: rest.startedAtMs }),
    ]),
  );
  return { ...rest, tracks, ...(samples.length === 0 ? { emptySinceMs: emptySinceMs ?? atMs } : {}) };
}

/** What a gate knows at one moment. */
export interface Moment {
  question: Question;
  gate: GateSpec;
  cursor: GateCursor;
  /** Undefined while the engine does not answer. */
  samples: Sample[] | undefined;
  atMs: number;
}

/**
 * The gate's answer at one moment. It fails when any container fails, and passes when all pass; what is inconclusive
 * waits for the others. Time runs out for what is pending.
 */
export function judgeService(moment: Moment): Judgement {
  const { question, gate, cursor, samples, atMs } = moment;
  if (samples === undefined) return inTime(pending('Docker does not answer', 'inconclusive'), moment);
  if (samples.length === 0) {
    const isOverdue = atMs - (cursor.emptySinceMs ?? atMs) >= MISSING_TOLERATED_MS;
    return isOverdue ? fail('it has no container') : inTime(pending('it has no container'), moment);
  }
  const judged = samples.map((sample) => {
    const track = cursor.tracks[sample.id]!;
    const judge = question === 'first-well' ? judgeContainer : judgeStability;
    const { id, container } = sample;
    return { id, container, judgement: asBefore(gate, inTime(judge(track, sample, gate), moment)) };
  });
  return combined(judged);
}

/** The gravest speaks for all. */
function combined(judged: { id: string; container: string; judgement: Judgement }[]): Judgement {
  for (const verdict of ['fail', 'pending', 'inconclusive'] as const) {
    const grave = judged.find(({ judgement }) => judgement.verdict === verdict);
    if (!grave) continue;
    const { id, container, judgement } = grave;
    const reason = judged.length === 1 ? judgement.reason : `${container}: ${judgement.reason}`;
    return { ...judgement, reason, containerId: id };
  }
  const { reason } = judged[0]!.judgement;
  const flapping = judged.some(({ judgement }) => judgement.flapping);
  return pass(judged.length === 1 ? reason : `all ${judged.length} containers: ${reason}`, flapping);
}

function inTime(answer: Judgement, { question, gate, cursor, atMs }: Moment): Judgement {
  const limitMs = gate.timeoutMs + (question === 'stays-well' ? gate.stableForMs : 0);
  if (answer.verdict !== 'pending' || seenForMs(cursor, atMs) < limitMs) return answer;
  if (answer.atLast === 'pass') return pass(answer.reason);
  const reason = `not ${gate.kind === 'one-shot' ? 'done' : 'well'} within ${duration(limitMs)}: ${answer.reason}`;
  return { ...(answer.atLast === 'inconclusive' ? inconclusive(reason) : sick(reason)), outOfTime: true };
}

/** What was sick before fails only when it is worse: gone, or ended. */
function asBefore({ wasSick }: GateSpec, answer: Judgement): Judgement {
  return wasSick && answer.sick ? pass(`${answer.reason} (it was sick before)`) : answer;
}
