import type { DeployResult } from '../../src/spec/deploy-result.js';
import { BenchStack } from './bench-stack.js';
import { timesOf } from './history.js';
import type { Bench, Measurement, Row } from './measurement.js';
import type { OwnServer } from './own-server.js';
import { timed } from './run.js';

/** Ten services in three waves, each built, each with a healthcheck. */
const DEPENDENCIES: Record<string, string[]> = {
  database: [],
  cache: [],
  queue: [],
  api: ['database', 'cache'],
  accounts: ['database'],
  search: ['cache'],
  worker: ['queue', 'database'],
  web: ['api', 'accounts'],
  admin: ['api'],
  docs: ['search'],
};

export const DOCKERFILE = `FROM evenkeel-test/web:1
ARG RELEASE
ENV VERSION=$RELEASE
`;

/** What a deployment does besides replacing behind health gates. */
type Extent = 'gates only' | 'every default';

/** A redeployment in which all ten images change, once for each interval of the healthchecks. */
export const redeploy: Row[] = [
  (bench) => redeployAt(bench, { extent: 'gates only', intervalSeconds: 10, ratio: 0.25 }),
  (bench) => redeployAt(bench, { extent: 'gates only', intervalSeconds: 1, ratio: 1 }),
];

/** The same without any `x-evenkeel`: a rehearsal, five seconds of stability, log scan, endpoint tests. */
export const redeployDefaults: Row[] = [
  (bench) => redeployAt(bench, { extent: 'every default', intervalSeconds: 10, ratio: 0.5 }),
  (bench) => redeployAt(bench, { extent: 'every default', intervalSeconds: 1, ratio: 2 }),
];

async function redeployAt(
  { server, runs, say }: Bench,
  { extent, intervalSeconds, ratio }: { extent: Extent; intervalSeconds: number; ratio: number },
): Promise<Measurement[]> {
  const what = `redeploy of 10 services, ${extent}, healthcheck interval ${intervalSeconds} s; peer: docker compose up -d --build --wait`;
  const goal = { ratio };
  const compose = composeFile(intervalSeconds, extent);
  const files = { 'compose.yaml': compose, Dockerfile: DOCKERFILE, '.env': 'RELEASE=0\n' };
  const own = await BenchStack.make(server, 'own', files);
  const peer = await BenchStack.make(server, 'peer', files);
  const measurement: Measurement = { what, ours: [], peer: [], goal };
  try {
    await own.register();
    await own.evenkeel('deploy');
    await own.standStill();
    await peer.compose('up', '-d', '--build', '--wait');
    // One stands still while the other is measured: ten healthchecks a second are a load of their own.
    for (let run = 1; run <= runs; run += 1) {
      await peer.standStill();
      await own.goOn();
      await own.set({ RELEASE: run });
      let account = '';
      measurement.ours.push(await timed(async () => (account = await own.evenkeel('deploy', '--json'))));
      const events = await checked(server, account, extent);
      await own.standStill();
      await peer.goOn();
      await peer.set({ RELEASE: run });
      measurement.peer.push(await timed(() => peer.compose('up', '-d', '--build', '--wait')));
      say(
        `${extent}, interval ${intervalSeconds} s, run ${run} of ${runs}: ${measurement.ours.at(-1)!.toFixed(0)} ms, peer ${measurement.peer.at(-1)!.toFixed(0)} ms, ${events} history events`,
      );
    }
    return [measurement];
  } finally {
    await own.remove();
    await peer.remove();
  }
}

/** A history stays readable, and cheap to replay. */
const MOST_EVENTS = 400;

/**
 * How many events a deployment took. Throws when they are too many, and when it did less than it is measured for: a host
 * without room rehearses nothing, and is fast.
 */
async function checked({ client }: OwnServer, account: string, extent: Extent): Promise<number> {
  const { workflowId, rehearsal, warnings } = JSON.parse(account) as DeployResult & { workflowId: string };
  const { events } = await timesOf(client, workflowId);
  if (events >= MOST_EVENTS) throw new Error(`${events} history events; fewer than ${MOST_EVENTS} are the goal`);
  if (extent === 'gates only' || rehearsal?.services.length === Object.keys(DEPENDENCIES).length) return events;
  const why = warnings.map(({ message }) => message).join('; ');
  throw new Error(`not every service was rehearsed: ${why || 'and no warning says why'}`);
}

/** The Compose file of the ten services. */
export function composeFile(intervalSeconds: number, extent: Extent = 'gates only'): string {
  const services = Object.entries(DEPENDENCIES).map(([name, dependencies]) =>
    [
      `  ${name}:`,
      '    build: { context: ., args: { RELEASE: "${RELEASE}" } }',
      `    environment: { NAME: ${name} }`,
      '    healthcheck:',
      '      test: [CMD, wget, -qO-, "http://127.0.0.1:8080/health"]',
      `      interval: ${intervalSeconds}s`,
      '      timeout: 5s',
      '      retries: 3',
      ...(dependencies.length === 0 ? [] : ['    depends_on:']),
      ...dependencies.map((dependency) => `      ${dependency}: { condition: service_healthy }`),
    ].join('\n'),
  );
  const policy =
    extent === 'every default' ? [] : ['x-evenkeel: { health: { stable_for: 0s }, rehearse: { mode: off } }'];
  return [...policy, 'services:', ...services, ''].join('\n');
}
