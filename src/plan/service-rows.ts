import type { ObservedContainer } from './observed-stack.js';

/** One container of a service, or a service that has none. */
export interface ServiceRow {
  service: string;
  /** Absent: the service has none. */
  container?: string;
  state: ObservedContainer['state'] | 'absent';
  health?: 'starting' | 'healthy' | 'unhealthy';
  /** Milliseconds since the epoch; while it runs. */
  startedAtMs?: number;
  restarts: number;
  image?: string;
  /** What deserves a look, in plain words. */
  issue?: string;
}

/**
 * The services of a stack: those that have containers, and those that `expected` names besides. `wanted` narrows it down;
 * empty means all.
 */
export function serviceRows(containers: ObservedContainer[], expected: string[], wanted: string[]): ServiceRow[] {
  const services = [...new Set([...expected, ...containers.map(({ service }) => service)])].sort();
  return services
    .filter((service) => wanted.length === 0 || wanted.includes(service))
    .flatMap((service): ServiceRow[] => {
      const own = containers.filter((container) => container.service === service).sort((a, b) => a.number - b.number);
      return own.length > 0 ? own.map(rowOf) : [{ service, state: 'absent', restarts: 0, issue: 'has no container' }];
    });
}

function rowOf(container: ObservedContainer): ServiceRow {
  const { service, name, state, health, startedAtMs, restartCount, imageRef } = container;
  const issue = issueOf(container);
  return {
    service,
    container: name,
    state,
    ...(health === 'none' ? {} : { health }),
    ...(state === 'running' && startedAtMs !== undefined ? { startedAtMs } : {}),
    restarts: restartCount,
    image: imageRef,
    ...(issue === undefined ? {} : { issue }),
  };
}

function issueOf({ state, health, exitCode, restartCount, leftoverOf }: ObservedContainer): string | undefined {
  if (leftoverOf !== undefined) return 'left behind by an interrupted replace; the next deployment clears it up';
  if (state === 'restarting') return `crashes and is restarted, ${restartCount} times so far`;
  if (state === 'exited' && exitCode !== 0) return `exited with ${exitCode ?? 'an unknown code'}`;
  if (state === 'dead' || state === 'paused' || state === 'created') return `is ${state}`;
  if (health === 'unhealthy') return 'fails its healthcheck';
  return state === 'running' && restartCount > 0 ? `restarted ${restartCount} times` : undefined;
}
