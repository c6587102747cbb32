import type { Inspected } from './inspected.js';

/** A container's healthcheck with Docker's defaults filled in. */
export interface Healthcheck {
  /** What Docker runs inside the container. May hold secrets: it never leaves the host. */
  command: string[];
  intervalMs: number;
  timeoutMs: number;
  /** Failed probes in a row that make it unhealthy. */
  retries: number;
}

const DEFAULT_MS = 30_000;
const DEFAULT_RETRIES = 3;
const DEFAULT_SHELL = ['/bin/sh', '-c'];

/** The healthcheck a container runs under, its image's included; undefined where there is none, or `NONE`. */
export function healthcheckOf({ Config }: Pick<Inspected, 'Config'>): Healthcheck | undefined {
  const { Healthcheck: config } = Config;
  const [form, ...rest] = config?.Test ?? [];
  const command = form === 'CMD' ? rest : form === 'CMD-SHELL' ? [...(Config.Shell ?? DEFAULT_SHELL), ...rest] : [];
  if (rest.length === 0) return undefined;
  return {
    command,
    intervalMs: milliseconds(config?.Interval),
    timeoutMs: milliseconds(config?.Timeout),
    // Docker writes 0 for its default here, too.
    retries: config?.Retries || DEFAULT_RETRIES,
  };
}

/** Docker counts in nanoseconds, and writes 0 for its default. */
function milliseconds(nanoseconds: number | undefined): number {
  return nanoseconds ? nanoseconds / 1e6 : DEFAULT_MS;
}
