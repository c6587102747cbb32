import { isBroken } from './probe-broken.js';
import type { Sample } from './verdict.js';
import { lastWords } from './words.js';

/** How a running container is doing. `unknowable`: what there is to go by says nothing of it. */
export interface Wellness {
  state: 'well' | 'starting' | 'sick' | 'unknowable';
  reason: string;
  /** On `starting`: what there is to go by would not tell if it were well. */
  isBlind?: boolean;
}

/** Without a healthcheck, running this long counts as well for the first time. */
const RUNS_FOR_MS = 300;
/** Docker's word is taken for frozen when this many of its probes have not come. */
const MISSED_PROBES = 3;

/**
 * Docker's word counts where its last probe ended after the container's start and probes keep coming. Our own probe
 * counts for good only: its failing is never a sign of sickness.
 */
export function wellnessOf(sample: Sample): Wellness {
  if (sample.health === 'none') return withoutHealthcheck(sample);
  const fresh = isOfThisStart(sample);
  if (sample.health === 'healthy' && fresh && !isFrozen(sample)) return { state: 'well', reason: 'healthy' };
  if (ownProbeIsNewer(sample, fresh)) return { state: 'well', reason: 'healthy by its own healthcheck, run by us' };
  if (sample.health === 'unhealthy' && fresh) return unhealthy(sample);
  if (sample.health === 'healthy' && fresh) return frozen(sample);
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

/** A restarted dockerd may leave a healthcheck without its timer. */
function isFrozen({ atMs, healthAtMs, healthcheck }: Sample): boolean {
  if (healthAtMs === undefined || healthcheck === undefined) return false;
  return atMs - healthAtMs > MISSED_PROBES * healthcheck.intervalMs + healthcheck.timeoutMs;
}

function ownProbeIsNewer({ probe, healthAtMs, health }: Sample, fresh: boolean): boolean {
  if (probe?.outcome !== 'ok') return false;
  return health !== 'unhealthy' || !fresh || healthAtMs === undefined || probe.atMs > healthAtMs;
}

function unhealthy(sample: Sample): Wellness {
  const broken = brokenProbe(sample);
  if (broken) return broken;
  if (isFrozen(sample)) return frozen(sample);
  const { failingStreak } = sample;
  const streak = failingStreak === undefined ? '' : `, ${failingStreak} failed probes in a row`;
  return { state: 'sick', reason: `unhealthy${streak}${lastProbe(sample)}` };
}

/** Our own probe is heard first: it may yet find the service well. */
function frozen({ health, probing, probe }: Sample): Wellness {
  const reason = `Docker's word (${health}) is stale: it has stopped probing; restart the container to have it probed again`;
  return probing && !probe ? { state: 'starting', reason, isBlind: true } : { state: 'unknowable', reason };
}

function starting(sample: Sample, fresh: boolean): Wellness {
  const broken = fresh ? brokenProbe(sample) : undefined;
  // While it starts, Docker does not count what fails; and where our own probe runs, Docker's may run as well next time.
  const isFinal = (sample.failingStreak ?? 0) > 0 && sample.probe?.outcome !== 'failed';
  if (broken) return isFinal ? broken : { ...broken, state: 'starting', isBlind: true };
  const reason = `health is starting${lastProbe(sample, fresh)}`;
  return { state: 'starting', reason, ...(sample.probe?.outcome === 'broken' ? { isBlind: true } : {}) };
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
