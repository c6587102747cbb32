import type { RunAccount, StepAccount } from './run-account.js';
import type { RunEvidence } from './run-evidence.js';

/** A time in which a service that had served did not. */
export interface Outage {
  service: string;
  fromMs: number;
  /** Absent where it did not serve again while the run lasted. */
  toMs?: number;
  /** The step that took the service away. */
  by: string;
  /** Whether a gate said that it was well again, or only that the step which brought it back had ended. */
  until: 'well' | 'back' | 'never';
}

/** Steps that take what serves away; those that bring it back take away what has been put in its place. */
const TAKES_AWAY = ['replaceService', 'restService', 'stopService', 'restoreService'];

/**
 * When a service did not serve, from the stop of what ran until the gate of what came in its place saw it well for the first
 * time. Compose creates the new container and then stops the old one, so the outage begins when the new container was created,
 * or, where no gate has seen that, when the step began: it is at most so long, and seldom half a second shorter. Steps are by
 * Temporal's clock and containers by the host's, so the latter count within their step only.
 */
export function outagesOf(account: RunAccount, evidence: RunEvidence | undefined): Outage[] {
  const steps = account.steps.filter(({ onTwin }) => !onTwin);
  const services = new Set(steps.flatMap(({ activity, service }) => (takesAway(activity) && service ? [service] : [])));
  return [...services]
    .filter((service) => hadServed(service, account, evidence))
    .flatMap((service) => ofService(service, steps, evidence))
    .sort((a, b) => a.fromMs - b.fromMs);
}

function takesAway(activity: string): boolean {
  return TAKES_AWAY.includes(activity);
}

/** A one-shot serves nobody, and neither does what is new. */
function hadServed(service: string, { result }: RunAccount, evidence: RunEvidence | undefined): boolean {
  const planned = evidence?.plan?.waves.flat().find((step) => step.service === service);
  if (planned && (planned.gate.kind === 'one-shot' || planned.kind === 'run-again')) return false;
  if (evidence?.runningBefore) return evidence.runningBefore.includes(service);
  if (planned) return planned.replaces.length > 0;
  return result?.previousRelease !== undefined;
}

function ofService(service: string, steps: StepAccount[], evidence: RunEvidence | undefined): Outage[] {
  const outages: Outage[] = [];
  let open: { fromMs: number; by: string; backAtMs?: number } | undefined;
  for (const step of steps) {
    const { activity, startedAtMs, endedAtMs } = step;
    if (startedAtMs === undefined || step.untouched) continue;
    if (step.service === service && takesAway(activity)) {
      open ??= { fromMs: beganAtMs(service, step, evidence), by: step.title };
      if (isBack(step)) open.backAtMs = endedAtMs!;
      else delete open.backAtMs;
    } else if (open && endedAtMs !== undefined && isWell(step, service)) {
      outages.push({
        service,
        fromMs: open.fromMs,
        toMs: Math.max(endedAtMs, open.fromMs),
        by: open.by,
        until: 'well',
      });
      open = undefined;
    }
  }
  if (!open) return outages;
  const { fromMs, by, backAtMs } = open;
  return [
    ...outages,
    { service, fromMs, by, ...(backAtMs === undefined ? { until: 'never' } : { toMs: backAtMs, until: 'back' }) },
  ];
}

/** What has been brought back, and is judged by no gate: it was not up before, or the run ended before it was asked. */
function isBack({ activity, state }: StepAccount): boolean {
  return activity === 'restoreService' && state === 'done';
}

function isWell({ activity, service, verdict, judged }: StepAccount, of: string): boolean {
  if (activity === 'awaitHealth' && service === of) return verdict === 'pass';
  return judged?.some((one) => one.service === of && one.verdict === 'pass') ?? false;
}

/** When what had served was stopped: what Compose does right after it has created the new container. */
function beganAtMs(
  service: string,
  { activity, startedAtMs, endedAtMs }: StepAccount,
  evidence: RunEvidence | undefined,
): number {
  const fromMs = startedAtMs!;
  if (activity !== 'replaceService') return fromMs;
  const own = evidence?.health.find((one) => one.service === service && !one.onTwin);
  const within = (own?.samples ?? [])
    .map(({ createdAtMs }) => createdAtMs)
    .filter((atMs) => atMs >= fromMs && atMs <= (endedAtMs ?? Infinity));
  return within.length > 0 ? Math.min(...within) : fromMs;
}
