import type { Finding } from '../spec/finding.js';

/** The tools as they present themselves; a version is undefined where the tool is missing or does not answer. */
export interface ToolVersions {
  /** Version of the engine's interface. */
  engineApi: string;
  compose?: string;
  buildx?: string;
}

/** From here on merged files may use `!override`. */
const LEAST_COMPOSE = '2.24.4';
/** What Docker 20.10 speaks: the oldest engine that such a Compose works with. */
const LEAST_API = '1.41';

/** Whether the tools can do what a deployment asks of them. buildx counts only where something is built. */
export function checkToolVersions({ engineApi, compose, buildx }: ToolVersions, builds: number): Finding[] {
  return [
    ...(isOlder(engineApi, LEAST_API)
      ? [
          error(
            'engine-too-old',
            `the Docker Engine speaks API ${engineApi}; at least ${LEAST_API} is needed`,
            'update Docker Engine to 20.10 or later',
          ),
        ]
      : []),
    ...composeFindings(compose),
    ...(builds > 0 && buildx === undefined
      ? [
          error(
            'buildx-missing',
            'images are to be built, and docker buildx does not answer',
            'install the package docker-buildx-plugin (Debian: docker-buildx)',
          ),
        ]
      : []),
  ];
}

function composeFindings(compose: string | undefined): Finding[] {
  const install = 'install the package docker-compose-plugin (Debian: docker-compose)';
  if (compose === undefined) return [error('compose-missing', 'docker compose does not answer', install)];
  if (!isOlder(compose, LEAST_COMPOSE)) return [];
  return [error('compose-too-old', `Docker Compose is ${compose}; at least ${LEAST_COMPOSE} is needed`, install)];
}

/** Compares `v2.26.1-4`, `1.45` by their numbers; what follows them (`-4`, `+ds1`, `~rc1`) is the packager's. */
export function isOlder(version: string, least: string): boolean {
  const [a, b] = [numbersOf(version), numbersOf(least)];
  for (let place = 0; place < Math.max(a.length, b.length); place += 1) {
    const difference = (a[place] ?? 0) - (b[place] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

function numbersOf(version: string): number[] {
  const numbers = /^v?(\d+(?:\.\d+)*)/.exec(version)?.[1] ?? '0';
  return numbers.split('.').map(Number);
}

function error(rule: string, message: string, remedy: string): Finding {
  return { rule, severity: 'error', message, remedy };
}
