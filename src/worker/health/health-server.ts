import { createServer, type Server } from 'node:http';
import type { Engine } from '../../docker/engine.js';
import { specFromContainers } from '../../docker/spec-from-containers.js';
import { readHealth } from '../../store/health-state.js';
import type { Layout } from '../../store/layout.js';
import { listStacks } from '../../store/registry.js';
import { latestRelease } from '../../store/releases.js';
import { detailedAnswer, healthAnswer, type HealthAnswer, nowAnswer, storeAnswer, wantedServices } from './answers.js';
import { metricsText, type RunCounts } from './metrics.js';

/** What the endpoints answer from. */
export interface HealthSources {
  layout: Layout;
  engine: Pick<Engine, 'containers' | 'inspect'>;
  runs: RunCounts;
}

const PATHS = ['', '/detailed', '/database', '/redis', '/readiness', '/liveness'].map(
  (path) => `/stacks/<stack>/health${path}`,
);
const RETRY_MS = 500;

/**
 * Answers on a port of 127.0.0.1 how the stacks of this host are: what the last scheduled look came to, and what runs now. It holds
 * nothing else up: while the port is taken, which is said once, it is tried again.
 */
export function serveHealth(port: number, sources: HealthSources, say: (words: string) => void): { close(): void } {
  const server = createServer((request, response) => {
    answer(request.method ?? '', request.url ?? '', sources)
      .catch((): Answer => ({ httpStatus: 503, type: JSON_TYPE, text: JSON.stringify({ status: 'unknown' }) }))
      .then(({ httpStatus, type, text }) => {
        response.writeHead(httpStatus, { 'content-type': type, 'cache-control': 'no-store', connection: 'close' });
        response.end(request.method === 'HEAD' ? undefined : text);
      })
      .catch(() => response.destroy());
  });
  let isTold = false;
  let retry: NodeJS.Timeout | undefined;
  server.on('error', (error: NodeJS.ErrnoException) => {
    if (!isTold)
      say(`port ${port} of 127.0.0.1 for health and metrics: ${error.code ?? error.message}; it is tried again`);
    isTold = true;
    retry = setTimeout(() => listen(server, port), RETRY_MS);
  });
  listen(server, port);
  return {
    close: () => {
      clearTimeout(retry);
      server.close();
      server.closeAllConnections();
    },
  };
}

function listen(server: Server, port: number): void {
  server.listen(port, '127.0.0.1');
}

interface Answer {
  httpStatus: number;
  type: string;
  text: string;
}

const JSON_TYPE = 'application/json; charset=utf-8';

async function answer(method: string, url: string, sources: HealthSources): Promise<Answer> {
  if (method !== 'GET' && method !== 'HEAD') return json(405, { reason: 'GET only' });
  const { pathname } = new URL(url, 'http://127.0.0.1');
  const stacks = (await listStacks(sources.layout)).map(({ name }) => name);
  if (pathname === '/metrics')
    return { httpStatus: 200, type: 'text/plain; version=0.0.4', text: await metrics(stacks, sources) };
  const [, name, what] = /^\/stacks\/([^/]+)\/health(?:\/(\w+))?$/.exec(pathname) ?? [];
  const stack = stacks.find((known) => known === name);
  if (name !== undefined && stack === undefined) return json(404, { reason: 'this host knows no such stack', stacks });
  const found = stack === undefined ? undefined : await answerOf(stack, what ?? '', sources);
  return found ? json(found.httpStatus, found.body) : json(404, { paths: [...PATHS, '/metrics'], stacks });
}

async function answerOf(
  stack: string,
  what: string,
  { layout, engine }: HealthSources,
): Promise<HealthAnswer | undefined> {
  const nowMs = Date.now();
  switch (what) {
    case '':
      return healthAnswer(stack, await readHealth(layout, stack), nowMs);
    case 'detailed':
      return detailedAnswer(stack, await readHealth(layout, stack), nowMs);
    case 'database':
    case 'redis':
      return storeAnswer(stack, what, await readHealth(layout, stack), nowMs);
    case 'liveness':
    case 'readiness':
      return answerOfNow(stack, what, { layout, engine });
    default:
      return undefined;
  }
}

async function answerOfNow(
  stack: string,
  what: 'liveness' | 'readiness',
  { layout, engine }: Pick<HealthSources, 'layout' | 'engine'>,
): Promise<HealthAnswer> {
  const containers = await engine.containers(stack);
  const inspected = await Promise.all(containers.map(({ id }) => engine.inspect(id)));
  const spec = specFromContainers(
    stack,
    inspected.filter((inspect) => inspect !== undefined),
  );
  return nowAnswer(stack, what, containers, wantedServices(await latestRelease(layout, stack), spec, containers));
}

async function metrics(stacks: string[], { layout, runs }: HealthSources): Promise<string> {
  const looks = await Promise.all(stacks.map(async (stack) => ({ stack, look: await readHealth(layout, stack) })));
  return metricsText(
    looks.flatMap(({ stack, look }) => (look ? [{ stack, look }] : [])),
    runs,
  );
}

function json(httpStatus: number, body: object): Answer {
  return { httpStatus, type: JSON_TYPE, text: `${JSON.stringify(body)}\n` };
}
