import { BenchStack } from './bench-stack.js';
import { type Bench, type Measurement } from './measurement.js';
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

/** A redeployment in which all ten images change, once for each interval of the healthchecks. */
export async function redeploy(bench: Bench): Promise<Measurement[]> {
  return [await redeployAt(bench, 10, { ratio: 0.25 }), await redeployAt(bench, 1, { ratio: 1 })];
}

async function redeployAt(
  { server, runs, say }: Bench,
  intervalSeconds: number,
  goal: { ratio: number },
): Promise<Measurement> {
  const what = `redeploy of 10 services, gates only, healthcheck interval ${intervalSeconds} s; peer: docker compose up -d --build --wait`;
  const files = { 'compose.yaml': composeFile(intervalSeconds), Dockerfile: DOCKERFILE, '.env': 'RELEASE=0\n' };
  const own = await BenchStack.make(server, 'own', files);
  const peer = await BenchStack.make(server, 'peer', files);
  const measurement: Measurement = { what, ours: [], peer: [], goal };
  try {
    await own.register();
    await own.evenkeel('deploy');
    await own.compose('pause');
    await peer.compose('up', '-d', '--build', '--wait');
    // One stands still while the other is measured: ten healthchecks a second are a load of their own.
    for (let run = 1; run <= runs; run += 1) {
      await peer.compose('pause');
      await own.compose('unpause');
      await own.set({ RELEASE: run });
      measurement.ours.push(await timed(() => own.evenkeel('deploy')));
      await own.compose('pause');
      await peer.compose('unpause');
      await peer.set({ RELEASE: run });
      measurement.peer.push(await timed(() => peer.compose('up', '-d', '--build', '--wait')));
      say(
        `interval ${intervalSeconds} s, run ${run} of ${runs}: ${measurement.ours.at(-1)!.toFixed(0)} ms, peer ${measurement.peer.at(-1)!.toFixed(0)} ms`,
      );
    }
    return measurement;
  } finally {
    await own.remove();
    await peer.remove();
  }
}

export function composeFile(intervalSeconds: number): string {
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
  return ['x-evenkeel: { health: { stable_for: 0s }, rehearse: { mode: off } }', 'services:', ...services, ''].join('\n');
}
