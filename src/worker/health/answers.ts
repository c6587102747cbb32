import { isOneShot } from '../../plan/gate-for.js';
import { containersOf, type ObservedContainer } from '../../plan/observed-stack.js';
import { type Check, gravest, healthOfVerdict } from '../../spec/check-report.js';
import type { StackSpec } from '../../spec/stack-spec.js';
import type { HealthState } from '../../store/health-state.js';
import type { Release } from '../../store/releases.js';

/** What a request is answered with. */
export interface HealthAnswer {
  httpStatus: 200 | 404 | 503;
  body: object;
}

/** A look is too old to speak for now when three that should have come have not, and after ten minutes at the earliest. */
const MISSED_LOOKS = 3;
const FRESH_MS = 600_000;

type Look = Pick<HealthState, 'report' | 'due'>;

/** What the last scheduled look came to, in short. */
export function healthAnswer(stack: string, look: Look | undefined, nowMs: number): HealthAnswer {
  return fromLook(stack, look, nowMs, ({ health, reason, trend }) => ({ status: health, reason, trend }));
}

/** All of it. */
export function detailedAnswer(stack: string, look: Look | undefined, nowMs: number): HealthAnswer {
  return fromLook(stack, look, nowMs, (report) => ({ status: report.health, ...report }));
}

/** What it came to for the stores of one type; 404 where the stack has none. */
export function storeAnswer(
  stack: string,
  type: 'database' | 'redis',
  look: Look | undefined,
  nowMs: number,
): HealthAnswer {
  const own = look?.report.stores.filter((store) => store.type === type).map(({ service }) => service) ?? [];
  if (look && own.length === 0) return { httpStatus: 404, body: { stack, reason: `it has no ${type}` } };
  return fromLook(stack, look, nowMs, ({ layers }) => {
    const checks: Check[] = layers
      .flatMap((layer) => layer.checks)
      .filter(({ check, service }) => check !== 'reaches' && own.includes(service));
    return { status: healthOfVerdict(gravest(checks.map(({ verdict }) => verdict))), checks };
  });
}

/** The services that should run: those that did when they were released; where nothing was, all that are not meant to end. */
export function wantedServices(
  release: Pick<Release, 'services'> | undefined,
  spec: StackSpec,
  containers: ObservedContainer[],
): string[] {
  if (release) return Object.keys(release.services).filter((service) => release.services[service]!.state === 'running');
  return Object.values(spec.services)
    .filter((service) => !isOneShot(spec, service, containersOf({ containers }, service.name)))
    .map(({ name }) => name);
}

/** What runs now. Alive: every service that should run does. Ready: and none of them is sick, or has yet to become well. */
export function nowAnswer(
  stack: string,
  what: 'liveness' | 'readiness',
  containers: ObservedContainer[],
  wanted: string[],
): HealthAnswer {
  const against = wanted.flatMap((service) => {
    const ofService = containersOf({ containers }, service);
    const running = ofService.filter(({ state }) => state === 'running');
    if (running.length === 0)
      return [{ service, reason: ofService[0] ? `is ${ofService[0].state}` : 'has no container' }];
    const sick = running.find(({ health }) => health === 'unhealthy' || health === 'starting');
    return sick && what === 'readiness' ? [{ service, reason: `is ${sick.health}` }] : [];
  });
  const well = against.length === 0 && wanted.length > 0;
  const status = well ? (what === 'liveness' ? 'alive' : 'ready') : what === 'liveness' ? 'not alive' : 'not ready';
  return { httpStatus: well ? 200 : 503, body: { stack, status, services: wanted.length, against } };
}

function fromLook(
  stack: string,
  look: Look | undefined,
  nowMs: number,
  tell: (report: HealthState['report']) => { status: string } & object,
): HealthAnswer {
  if (!look) {
    const reason = 'nobody has looked at it yet: evenkeel schedule set health 5m';
    return { httpStatus: 503, body: { stack, status: 'unknown', reason } };
  }
  const { atMs } = look.report;
  const when = { at: new Date(atMs).toISOString(), ageSeconds: Math.round((nowMs - atMs) / 1000) };
  if (nowMs > Math.max(atMs + FRESH_MS, look.due?.times[MISSED_LOOKS - 1] ?? 0)) {
    const reason = 'the last look is too old to say anything: evenkeel schedule list';
    return { httpStatus: 503, body: { stack, status: 'unknown', reason, ...when } };
  }
  const told = tell(look.report);
  return { httpStatus: told.status === 'unhealthy' ? 503 : 200, body: { stack, ...told, ...when } };
}
