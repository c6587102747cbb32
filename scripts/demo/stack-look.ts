import type { ContainerInspect } from '../../src/docker/engine.js';
import { docker, dockerLines } from './docker.js';
import { OF_PROJECT } from './place.js';

/** What PostgreSQL holds. */
export interface Rows {
  orders: number;
  products: number;
  /** Of every row of both tables. */
  hash: string;
}

const COUNT_AND_HASH = `
  SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM products),
         md5((SELECT string_agg(o::text, ',' ORDER BY id) FROM orders o)
          || (SELECT string_agg(p::text, ',' ORDER BY id) FROM products p))`;

/** Counts and hashes the rows, as PostgreSQL itself sees them. */
export async function countRows(): Promise<Rows> {
  const [container] = await dockerLines(
    'ps',
    '-q',
    ...OF_PROJECT,
    '--filter',
    'label=com.docker.compose.service=postgres',
  );
  if (container === undefined) throw new Error('the postgres container is not running');
  const psql = ['psql', '-U', 'shop', '-d', 'shop', '-X', '-At', '-c', COUNT_AND_HASH];
  const [orders, products, hash = ''] = (await docker('exec', container, ...psql)).split('|');
  return { orders: Number(orders), products: Number(products), hash };
}

/** One line for each container: everything of it that a deployment may change, but its id and its times. */
export async function lookAtContainers(): Promise<string[]> {
  const ids = await dockerLines('ps', '-aq', ...OF_PROJECT);
  if (ids.length === 0) return [];
  const inspected = JSON.parse(await docker('inspect', ...ids)) as ContainerInspect[];
  return inspected.map(lookOf).sort();
}

function lookOf({ Name, Image, Config, State, Mounts }: ContainerInspect): string {
  const mounts = Mounts.map(({ Name: volume, Source, Destination }) => `${volume || Source}:${Destination}`).sort();
  return [
    Name.slice(1),
    Image,
    `config ${Config.Labels['com.docker.compose.config-hash']}`,
    State.Status,
    ...mounts,
  ].join('  ');
}
