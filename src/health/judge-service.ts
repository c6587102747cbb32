import type { Sample } from '../gates/verdict.js';
import { wellnessOf } from '../gates/wellness.js';
import { duration, times } from '../gates/words.js';
import type { CheckVerdict } from '../spec/check-report.js';

/** What is to be said, before it has a name and a service. */
export interface Answer {
  verdict: CheckVerdict;
  reason: string;
  /** What to do about it. */
  next?: string;
}

/** One look at the containers of a service, and what was expected of it. */
export interface ServiceLook {
  service: string;
  samples: Sample[];
  /** How many containers it should have. */
  scale: number;
  /** It is meant to end. */
  oneShot: boolean;
  /** It did not run when it was released either. */
  releasedStopped: boolean;
  /** Restart counts at the last look, by container id; one that was not there is absent. */
  restartsBefore: Record<string, number>;
}

/** A container that restarted this often, and last did so this recently, is in a crash loop even while it runs. */
const LOOP_RESTARTS = 2;
const LOOP_WITHIN_MS = 60_000;

/** Whether the containers of a service are there, stay up, and are well. The gravest speaks for all. */
export function judgeService(look: ServiceLook): Answer {
  const { samples, scale, service, releasedStopped } = look;
  if (samples.length === 0) return judgeAbsence(look);
  if (releasedStopped && samples.every(({ state }) => state === 'exited' || state === 'created')) {
    return { verdict: 'pass', reason: 'stopped, as it was when it was released' };
  }
  const judged = samples.map((sample) => {
    const answer = judgeOne(sample, look);
    return samples.length === 1 ? answer : { ...answer, reason: `${sample.container}: ${answer.reason}` };
  });
  for (const verdict of ['fail', 'inconclusive'] as const) {
    const grave = judged.find((answer) => answer.verdict === verdict);
    if (grave) return grave;
  }
  if (samples.length < scale) {
    const reason = `${samples.length} of ${scale} containers are there`;
    return { verdict: 'fail', reason, next: `evenkeel deploy ${service}` };
  }
  const { reason } = judgeOne(samples[0]!, look);
  return { verdict: 'pass', reason: samples.length === 1 ? reason : `all ${samples.length} containers: ${reason}` };
}

function judgeAbsence({ service, scale, releasedStopped, oneShot }: ServiceLook): Answer {
  if (scale === 0) return { verdict: 'pass', reason: 'scaled to 0' };
  if (releasedStopped) return { verdict: 'pass', reason: 'not there, as when it was released' };
  if (oneShot) return { verdict: 'pass', reason: 'is meant to end, and its container has been removed' };
  return { verdict: 'fail', reason: 'it has no container', next: `evenkeel deploy ${service}` };
}

function judgeOne(sample: Sample, look: ServiceLook): Answer {
  const { service, oneShot } = look;
  const { state, exitCode, oomKilled, error, restartCount } = sample;
  const ended = `exited with ${exitCode ?? 'an unknown code'}${oomKilled ? ' (out of memory)' : ''}${error ? `: ${error}` : ''}`;
  switch (state) {
    case 'missing':
    case 'removing':
      return { verdict: 'inconclusive', reason: 'its container is being removed', next: 'look again' };
    case 'created':
      return {
        verdict: 'fail',
        reason: `was created but never started${error ? `: ${error}` : ''}`,
        next: `evenkeel deploy ${service}`,
      };
    case 'dead':
      return { verdict: 'fail', reason: 'is dead: Docker could not remove it', next: `evenkeel deploy ${service}` };
    case 'paused':
      return { verdict: 'inconclusive', reason: 'is paused', next: `docker unpause ${sample.container}` };
    case 'restarting':
      return {
        verdict: 'fail',
        reason: `${ended}, restarted ${times(restartCount)}`,
        next: `evenkeel scan ${service}`,
      };
    case 'exited':
      if (oneShot && exitCode === 0) return { verdict: 'pass', reason: 'is meant to end, and ended with 0' };
      return {
        verdict: 'fail',
        reason: ended,
        next: oomKilled ? `give ${service} more memory` : `evenkeel scan ${service}`,
      };
    case 'running':
      return crashLoop(sample, look) ?? judgeWellness(sample, look);
  }
}

function crashLoop(sample: Sample, { service, restartsBefore }: ServiceLook): Answer | undefined {
  const { id, atMs, startedAtMs = atMs, restartCount } = sample;
  const upForMs = atMs - startedAtMs;
  const next = `evenkeel scan ${service}`;
  if (restartCount >= LOOP_RESTARTS && upForMs < LOOP_WITHIN_MS) {
    const reason = `crash loop: restarted ${times(restartCount)}, the last time ${duration(upForMs)} ago`;
    return { verdict: 'fail', reason, next };
  }
  const since = restartCount - (restartsBefore[id] ?? restartCount);
  if (since < LOOP_RESTARTS) return undefined;
  return { verdict: 'fail', reason: `restarted ${times(since)} since the last look`, next };
}

/** Everything that Docker has seen counts here: a look is no gate that something was changed for. */
function judgeWellness(sample: Sample, { service }: ServiceLook): Answer {
  const hearing = { gateBeganAtMs: sample.atMs, needsNewHealthy: false, failuresToFail: 1 };
  const { state, reason } = wellnessOf(sample, hearing);
  const { probe } = sample;
  switch (state) {
    case 'sick':
      return { verdict: 'fail', reason, next: `evenkeel scan ${service}` };
    case 'well':
      if (!probe || probe.outcome === 'ok') return { verdict: 'pass', reason };
      return {
        verdict: 'inconclusive',
        reason: `healthy by Docker's last probe, but its healthcheck, run by us just now, ${probe.outcome === 'broken' ? 'could not be run' : `ended with ${probe.exitCode}`}${probe.detail ? `: ${probe.detail}` : ''}`,
        next: 'look again after its next probe',
      };
    case 'starting':
      return { verdict: 'inconclusive', reason, next: 'look again when it has started' };
    case 'unknowable':
      return { verdict: 'inconclusive', reason, next: `docker inspect ${sample.container}` };
  }
}
