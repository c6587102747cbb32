import { type Hearing, isHeldAgainstIt, isNewProbe } from './hearing.js';
import type { AtLast } from './judgement.js';
import { isBroken, neverBegan } from './probe-broken.js';
import { isOverdue } from './stale-health.js';
import type { Sample } from './verdict.js';
import { lastWords } from './words.js';

/** How a running container is doing. `unknowable`: what there is to go by says nothing of it. */
export interface Wellness {
  state: 'well' | 'starting' | 'sick' | 'unknowable';
  reason: string;
  /** On `starting`: what it comes to should time run out; absent where it is sick then. */
  atLast?: AtLast;
}

/** Without a healthcheck, running this long counts as well for the first time. */
const RUNS_FOR_MS = 300;

/**
 * Docker's word counts where its last probe ended after the container's start, probes keep coming, and the gate hears
 * it. Our own probe counts for good only: its failing is never a sign of sickness.
 */
export function wellnessOf(sample: Sample, hearing: Hearing): Wellness {
  if (sample.health === 'none') return withoutHealthcheck(sample);
  const fresh = isOfThisStart(sample);
  if (fresh && isProvenHealthy(sample, hearing)) return { state: 'well', reason: 'healthy' };
  if (ownProbeIsNewer(sample, fresh)) return { state: 'well', reason: 'healthy by its own healthcheck, run by us' };
  if (fresh && sample.health === 'unhealthy') return unhealthy(sample, hearing);
  if (fresh && sample.health === 'healthy') return unproven(sample, hearing);
  return starting(sample, fresh);
}

function withoutHealthcheck({ atMs, startedAtMs }: Sample): Wellness {
  const runsForMs = startedAtMs === undefined ? 0 : atMs - startedAtMs;
  return runsForMs >= RUNS_FOR_MS
    ? { state: 'well', reason: 'running (it has no healthcheck)' }
    : { state: 'starting', reason: 'has only just started' };
}

/** After a restart Docker keeps the old word until its first probe. */
function isOfThisStart({ healthAtMs, startedAtMs }: Sample): boolean {
  return healthAtMs === undefined || startedAtMs === undefined || healthAtMs >= startedAtMs;
}

/** A container stays `healthy` while its first probes fail: those are no proof. */
function isProvenHealthy(sample: Sample, hearing: Hearing): boolean {
  if (sample.health !== 'healthy' || isOverdue(sample, sample.healthAtMs)) return false;
  return !hearing.needsNewHealthy || (isNewProbe(sample, hearing) && !sample.healthProbe);
}

function ownProbeIsNewer({ probe, healthAtMs, health }: Sample, fresh: boolean): boolean {
  if (probe?.outcome !== 'ok') return false;
  return health !== 'unhealthy' || !fresh || healthAtMs === undefined || probe.atMs > healthAtMs;
}

function unhealthy(sample: Sample, hearing: Hearing): Wellness {
  const isHeld = isHeldAgainstIt(sample, hearing);
  const broken = isHeld ? brokenProbe(sample) : undefined;
  if (broken) return broken;
  if (isOverdue(sample, sample.healthAtMs)) return stale(sample);
  if (sample.healthProbe && neverBegan(sample.healthProbe)) return unprobed(sample);
  if (!isHeld) return { state: 'starting', reason: `was unhealthy before, and may recover${lastProbe(sample)}` };
  const { failingStreak } = sample;
  const streak = failingStreak === undefined ? '' : `, ${failingStreak} failed probes in a row`;
  return { state: 'sick', reason: `unhealthy${streak}${lastProbe(sample)}` };
}

/** Called healthy, but not by what this gate goes by. */
function unproven(sample: Sample, hearing: Hearing): Wellness {
  if (isOverdue(sample, sample.healthAtMs)) return stale(sample);
  const isNew = isNewProbe(sample, hearing);
  const reason = `healthy${isNew ? '' : ' before, and not probed by Docker since'}${lastProbe(sample)}`;
  return { state: 'starting', reason, atLast: isNew || sample.probing ? 'inconclusive' : 'pass' };
}

/** It is waited for as long as the gate lasts: Docker may only be late, and our own probe may yet find the service well. */
function stale({ health }: Sample): Wellness {
  const reason = `Docker's word (${health}) is stale: it has stopped probing; restart the container to have it probed again`;
  return { state: 'starting', reason, atLast: 'inconclusive' };
}

/** Docker counts a probe that it could not begin as one that failed. */
function unprobed({ health }: Sample): Wellness {
  const reason = `Docker's word (${health}) says nothing: it could not begin its last probe in time; the machine may be too busy`;
  return { state: 'starting', reason, atLast: 'inconclusive' };
}

function starting(sample: Sample, fresh: boolean): Wellness {
  const broken = fresh ? brokenProbe(sample) : undefined;
  // While it starts, Docker does not count what fails; and where our own probe runs, Docker's may run as well next time.
  const isFinal = (sample.failingStreak ?? 0) > 0 && sample.probe?.outcome !== 'failed';
  if (broken) return isFinal ? broken : { ...broken, state: 'starting', atLast: 'inconclusive' };
  const reason = `health is starting${lastProbe(sample, fresh)}`;
  const isUntold =
    sample.probe?.outcome === 'broken' || (fresh && sample.healthProbe && neverBegan(sample.healthProbe));
  return { state: 'starting', reason, ...(isUntold ? { atLast: 'inconclusive' } : {}) };
}

function brokenProbe({ healthProbe, probe }: Sample): Wellness | undefined {
  if (!healthProbe || !isBroken(healthProbe)) return undefined;
  const words = lastWords(healthProbe.output) || probe?.detail || `exit code ${healthProbe.exitCode}`;
  return { state: 'unknowable', reason: `probe-broken: the healthcheck's command cannot be run: ${words}` };
}

/** What the last probe said: Docker's, else ours. */
function lastProbe({ healthProbe, probe }: Sample, fresh = true): string {
  if (healthProbe && fresh)
    return `; the last probe ended with ${healthProbe.exitCode}${quoted(lastWords(healthProbe.output))}`;
  if (!probe || probe.outcome === 'ok') return '';
  return `; our last probe ended with ${probe.exitCode}${quoted(probe.detail ?? '')}`;
}

function quoted(words: string): string {
  return words === '' ? '' : `: ${words}`;
}
