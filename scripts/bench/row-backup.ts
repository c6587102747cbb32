import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { cacheFolder } from '../../src/worker/server/temporal-cli.js';
import { BenchStack } from './bench-stack.js';
import { timesOf } from './history.js';
import { type Bench, type Measurement, median } from './measurement.js';
import { run, timed } from './run.js';

const ROWS = 500_000;
const MEGABYTE = 1e6;

/** Rows as a shop has them: numbers, times, and text that compresses as text does. */
const FILL = `
create table orders as
  select n as id, md5(n::text) as reference, n % 997 as product, now() - n * interval '1 second' as created_at,
    'order ' || n || ' of customer ' || n % 7919 || ', to be sent to street ' || n % 313 as note
  from generate_series(1, ${ROWS}) n;
alter table orders add primary key (id);
`;

const SQL = ['psql', '-X', '-q', '-At', '-v', 'ON_ERROR_STOP=1', '-U', 'postgres'];

/** A backup of a PostgreSQL, and the same with its proof, beside a dump that nobody has looked at. */
export async function backup({ server, runs, say }: Bench): Promise<Measurement[]> {
  const stack = await BenchStack.make(server, 'backup', { 'compose.yaml': await composeFile() });
  const [dumps, wholes, peer]: [number[], number[], number[]] = [[], [], []];
  try {
    await stack.register();
    await stack.deploy();
    const container = `${stack.name}-db-1`;
    await run(['docker', 'exec', container, ...SQL, '-c', FILL]);
    const size = await run(['docker', 'exec', container, ...SQL, '-c', 'select pg_database_size(current_database())']);
    const megabytes = Number(size) / MEGABYTE;
    const file = path.join(stack.directory, 'dump.zst');
    for (let round = 1; round <= runs; round += 1) {
      let end = '';
      wholes.push(await timed(async () => (end = await stack.evenkeel('backup', 'create', '--json'))));
      dumps.push(await dumpedIn(server.client, (JSON.parse(end) as { workflowId: string }).workflowId));
      const byHand = 'set -e; docker exec "$1" pg_dump -U postgres | zstd -q -f -o "$2"';
      peer.push(await timed(() => run(['bash', '-o', 'pipefail', '-c', byHand, 'bash', container, file])));
      say(
        `backup ${round} of ${runs}: ${[dumps, wholes, peer].map((all) => `${all.at(-1)!.toFixed(0)} ms`).join(', ')}`,
      );
    }
    const rate = (times: number[]): string => `${((megabytes * 1000) / median(times)).toFixed(0)} MB/s`;
    const of = `a PostgreSQL of ${ROWS} rows, ${megabytes.toFixed(0)} MB`;
    const beside = `peer: docker exec pg_dump | zstd, ${rate(peer)}`;
    return [
      { what: `dump of ${of}, rows counted, ${rate(dumps)}; ${beside}`, ours: dumps, peer },
      {
        what: `evenkeel backup create of ${of}, restored and compared, ${rate(wholes)}; ${beside}`,
        ours: wholes,
        peer,
      },
    ];
  } finally {
    await stack.remove();
  }
}

async function composeFile(): Promise<string> {
  const images = await readFile(path.join(cacheFolder(process.env), 'images.json'), 'utf8');
  const { postgres } = JSON.parse(images) as { postgres: string };
  return `services:
  db:
    image: ${postgres}
    environment: { POSTGRES_PASSWORD: bench }
    volumes: [data:/var/lib/postgresql/data]
    healthcheck:
      test: [CMD, pg_isready, -q, -h, 127.0.0.1, -U, postgres]
      interval: 1s
      start_period: 60s
volumes: { data: {} }
`;
}

/** How long the step that dumps took in a run. */
async function dumpedIn(client: Bench['server']['client'], workflowId: string): Promise<number> {
  const { activities } = await timesOf(client, workflowId);
  const dump = activities.find(({ type }) => type === 'dumpStore');
  if (!dump) throw new Error(`${workflowId}: nothing was dumped`);
  return dump.endedAtMs - dump.startedAtMs;
}
