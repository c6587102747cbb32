import { type Asked, askedAtMsOf, firstHearing, hear, type Hearing } from './hearing.js';
import type { Sample } from './verdict.js';
import { wellnessOf } from './wellness.js';

/**
 * What is remembered of one container from look to look. It goes into heartbeats, so that another attempt goes on where
 * the last one ended.
 */
export interface ContainerTrack {
  id: string;
  container: string;
  number: number;
  /** Restarts that are not held against it: those from before the gate. */
  baseline: number;
  /** Restarts when the gate first saw it. */
  firstRestartCount: number;
  restartCount: number;
  startedAtMs?: number;
  /** Since when it has been well without a break, as far as looks can tell. */
  wellSinceMs?: number;
  /** Since when it has been missing, or lying still in a state that only passes. */
  stillSinceMs?: number;
  lastExit?: { exitCode: number; oomKilled: boolean };
  /** What of Docker's judgement counts. */
  hearing: Hearing;
  /** Docker once called it unhealthy while the gate looked. */
  wasUnhealthy?: boolean;
}

/** A container younger than this at the gate's start was made for it: all its restarts count. */
const MADE_FOR_THE_GATE_MS = 60_000;

/** Takes one more look into account. */
export function follow(track: ContainerTrack | undefined, sample: Sample, asked: Asked): ContainerTrack {
  const before = track ?? firstTrack(sample, asked);
  if (sample.state === 'missing') return { ...withoutSpell(before), stillSinceMs: before.stillSinceMs ?? sample.atMs };
  const { restartCount, startedAtMs, atMs } = sample;
  const hearing = hear(before.hearing, sample, startedAtMs === before.startedAtMs);
  const wellness = sample.state === 'running' ? wellnessOf(sample, hearing) : undefined;
  const unbroken = startedAtMs === before.startedAtMs && restartCount === before.restartCount;
  const isWell = wellness?.state === 'well';
  const isStill = sample.state !== 'running' && sample.state !== 'restarting';
  const lastExit = exitOf(sample) ?? before.lastExit;
  return {
    ...withoutSpell(before),
    // Docker counts anew after a start by hand.
    baseline: Math.min(before.baseline, restartCount),
    firstRestartCount: Math.min(before.firstRestartCount, restartCount),
    restartCount,
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
    ...(isWell ? { wellSinceMs: unbroken ? (before.wellSinceMs ?? atMs) : atMs } : {}),
    ...(isStill ? { stillSinceMs: before.stillSinceMs ?? atMs } : {}),
    ...(lastExit ? { lastExit } : {}),
    hearing,
    ...(before.wasUnhealthy || wellness?.state === 'sick' ? { wasUnhealthy: true } : {}),
  };
}

/** Restarts that are held against it. */
export function restartsOf({ restartCount, baseline }: ContainerTrack): number {
  return restartCount - baseline;
}

function firstTrack(sample: Sample, asked: Asked): ContainerTrack {
  const { id, container, number, restartCount, startedAtMs } = sample;
  const isNew = !asked.gate.leftAlone && sample.createdAtMs > askedAtMsOf(asked) - MADE_FOR_THE_GATE_MS;
  return {
    id,
    container,
    number,
    baseline: isNew ? 0 : restartCount,
    firstRestartCount: restartCount,
    restartCount,
    hearing: firstHearing(sample, asked),
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
  };
}

function withoutSpell(track: ContainerTrack): ContainerTrack {
  const { wellSinceMs: _well, stillSinceMs: _still, ...rest } = track;
  return rest;
}

/** Docker's exit code may read 0 while it restarts, and does while it runs; the engine's events know better. */
function exitOf({ state, exitCode, oomKilled = false, death }: Sample): ContainerTrack['lastExit'] {
  const isReal = state === 'exited' || state === 'dead' || (state === 'restarting' && exitCode !== 0);
  const code = isReal ? exitCode : death?.exitCode;
  return code === undefined ? undefined : { exitCode: code, oomKilled };
}
