import type { GateSpec } from '../plan/plan.js';
import { type Healthcheck, healthcheckOf } from './healthcheck.js';
import type { Inspected } from './inspected.js';
import { isBroken } from './probe-broken.js';
import { whatItChanges } from './probe-safety.js';
import { latenessOf } from './stale-health.js';
import type { OwnProbe, RestartPolicy, Sample } from './verdict.js';
import { lastWords } from './words.js';

/** The healthcheck that we may run ourselves; undefined where that is left to Docker. */
export function ownHealthcheck(inspected: Inspected, gate: GateSpec): Healthcheck | undefined {
  if (gate.probe !== 'active' || gate.kind === 'one-shot') return undefined;
  const healthcheck = healthcheckOf(inspected);
  return healthcheck && whatItChanges(healthcheck.command) === undefined ? healthcheck : undefined;
}

/** One look at a container. `redact` takes secrets out of what its healthcheck printed. */
export function sampleOf(inspected: Inspected, atMs: number, redact: (text: string) => string): Sample {
  const { State, Config } = inspected;
  const healthcheck = healthcheckOf(inspected);
  const startedAtMs = instant(State.StartedAt);
  return {
    atMs,
    id: inspected.Id,
    container: inspected.Name.replace(/^\//, ''),
    number: Number(Config.Labels?.['com.docker.compose.container-number'] ?? 1),
    createdAtMs: Date.parse(inspected.Created),
    state: State.Status as Sample['state'],
    ...(State.Status === 'running' || State.Status === 'paused' ? {} : { exitCode: State.ExitCode }),
    ...(State.OOMKilled ? { oomKilled: true } : {}),
    ...(State.Error ? { error: redact(State.Error) } : {}),
    restartCount: inspected.RestartCount,
    restartPolicy: restartPolicyOf(inspected),
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
    health: healthOf(State.Health?.Status),
    ...healthLogOf(inspected, redact),
    ...(healthcheck ? punctuality(inspected, healthcheck, startedAtMs) : {}),
    ...(healthcheck ? { healthcheck: paceOf(healthcheck) } : {}),
  };
}

/** The sample of a container that is not there any more. */
export function missingSample(known: { id: string; container: string; number: number }, atMs: number): Sample {
  const { id, container, number } = known;
  return {
    ...{ atMs, id, container, number, createdAtMs: 0 },
    state: 'missing',
    restartCount: 0,
    restartPolicy: { name: 'no', maximumRetries: 0 },
    health: 'none',
  };
}

/** What our own run of a healthcheck came to. */
export function ownProbeOf(
  result: { exitCode: number; output: string; durationMs: number },
  atMs: number,
  redact: (text: string) => string,
): OwnProbe {
  const { exitCode, durationMs } = result;
  if (exitCode === 0) return { outcome: 'ok', atMs, durationMs, exitCode };
  const detail = lastWords(redact(result.output));
  const outcome = isBroken(result) ? 'broken' : 'failed';
  return { outcome, atMs, durationMs, exitCode, ...(detail === '' ? {} : { detail }) };
}

/** More of a probe's output than this says nothing further. */
const OUTPUT_CHARACTERS = 1000;

/** Without the command, which may hold secrets. */
function paceOf({ intervalMs, timeoutMs, retries }: Healthcheck): NonNullable<Sample['healthcheck']> {
  return { intervalMs, timeoutMs, retries };
}

function healthLogOf(
  { State }: Inspected,
  redact: (text: string) => string,
): Pick<Sample, 'healthBeganAtMs' | 'healthAtMs' | 'failingStreak' | 'healthProbe'> {
  const last = State.Health?.Log?.at(-1);
  if (!last) return {};
  return {
    healthBeganAtMs: Date.parse(last.Start),
    healthAtMs: Date.parse(last.End),
    failingStreak: State.Health!.FailingStreak,
    // A good probe proves nothing further by its output.
    ...(last.ExitCode === 0
      ? {}
      : { healthProbe: { exitCode: last.ExitCode, output: redact(last.Output).slice(-OUTPUT_CHARACTERS).trim() } }),
  };
}

function punctuality(
  { State }: Inspected,
  healthcheck: Healthcheck,
  startedAtMs: number | undefined,
): Pick<Sample, 'probesLateMs'> {
  const lateMs = latenessOf(State.Health?.Log ?? [], healthcheck, startedAtMs);
  return lateMs > 0 ? { probesLateMs: lateMs } : {};
}

function restartPolicyOf({ HostConfig }: Inspected): RestartPolicy {
  const { Name, MaximumRetryCount } = HostConfig.RestartPolicy ?? {};
  return { name: (Name || 'no') as RestartPolicy['name'], maximumRetries: MaximumRetryCount ?? 0 };
}

function healthOf(status: string | undefined): Sample['health'] {
  return status === 'starting' || status === 'healthy' || status === 'unhealthy' ? status : 'none';
}

/** Docker writes the year 1 for "never". */
function instant(text: string): number | undefined {
  const at = Date.parse(text);
  return at > 0 ? at : undefined;
}
