import type { GateSpec } from '../plan/plan.js';
import type { Sample } from './verdict.js';

/** What a gate asks: well for the first time, or well for the whole of a window. */
export type Question = 'first-well' | 'stays-well';

/** What of Docker's judgement of a container counts in a gate. */
export interface Hearing {
  gateBeganAtMs: number;
  /** `healthy` counts only where a probe that began after the gate did says so. */
  needsNewHealthy: boolean;
  /** Failed probes in a row from before the gate, which are not held against it; absent where all are. */
  pardoned?: number;
  /** How many further ones make it sick. */
  failuresToFail: number;
}

/** The circumstances of a gate. */
export interface Asked {
  question: Question;
  gate: GateSpec;
  /** When the gate was asked for, by Temporal's clock, */
  askedAtMs: number;
  /** and when it began to look, by that of the host, as all that Docker says. */
  startedAtMs: number;
}

/** No gate looks before it is asked for: where Temporal's clock says so, it is ahead of the host's. */
export function askedAtMsOf({ askedAtMs, startedAtMs }: Pick<Asked, 'askedAtMs' | 'startedAtMs'>): number {
  return Math.min(askedAtMs, startedAtMs);
}

/** A container that started longer before the gate was asked for than this was not started for it. */
const STARTED_FOR_THE_GATE_MS = 60_000;

/**
 * A start that was made for the gate speaks for itself from its first probe on. A container that just went on running
 * may be as it is because of what was replaced beneath it: neither its sickness nor its health of before counts, and it
 * gets as many failing probes as Docker grants anybody.
 */
export function firstHearing(sample: Sample, asked: Asked): Hearing {
  const { question, gate, startedAtMs } = asked;
  const isOld = (sample.startedAtMs ?? Infinity) < askedAtMsOf(asked) - STARTED_FOR_THE_GATE_MS;
  const isCarried = gate.leftAlone === true || isOld;
  const isNews = question === 'first-well' && !isCarried;
  // What was sick before need not prove itself.
  if (isNews || gate.wasSick) return { gateBeganAtMs: startedAtMs, needsNewHealthy: false, failuresToFail: 1 };
  return {
    gateBeganAtMs: startedAtMs,
    // The first gate has waited for it already; asking again costs little only where we probe ourselves.
    needsNewHealthy: isCarried && (question === 'first-well' || sample.probing === true),
    pardoned: sample.failingStreak ?? 0,
    failuresToFail: isCarried ? (sample.healthcheck?.retries ?? 1) : 1,
  };
}

/** Takes one more look into account. Docker counts failures anew after a good probe, and after a start. */
export function hear(hearing: Hearing, sample: Sample, isSameStart: boolean): Hearing {
  if (hearing.pardoned === undefined) return hearing;
  const streak = sample.failingStreak ?? 0;
  if (!isSameStart) return { ...hearing, pardoned: 0 };
  return { ...hearing, pardoned: isNewProbe(sample, hearing) ? Math.min(hearing.pardoned, streak) : streak };
}

/** Whether Docker's last probe began after the gate did. */
export function isNewProbe({ healthBeganAtMs }: Sample, { gateBeganAtMs }: Hearing): boolean {
  return healthBeganAtMs !== undefined && healthBeganAtMs >= gateBeganAtMs;
}

/** Whether enough probes have failed for Docker's `unhealthy` to count. */
export function isHeldAgainstIt({ failingStreak = 0 }: Sample, { pardoned, failuresToFail }: Hearing): boolean {
  return pardoned === undefined || failingStreak - pardoned >= failuresToFail;
}
