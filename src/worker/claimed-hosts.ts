import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { hostIdentity } from '../store/host-identity.js';
import { encodeName, type Layout } from '../store/layout.js';

/** In the lock folder of each engine: who works on it. */
const HOLDER = 'host';

/** Who works on an engine, as the worker that claims it has noted. */
export interface Holder {
  host: string;
  /** The state folder, and what tells it from any other, however its path is written. */
  home: string;
  stateId: string;
}

/** Who a worker with this state folder would be. */
export async function holderOf(layout: Layout, host: string): Promise<Holder> {
  const { key } = await hostIdentity(layout);
  return { host, home: layout.home, stateId: createHash('sha256').update(key).digest('hex').slice(0, 16) };
}

/** Ids under which workers have worked on this machine's engines, as their claims say; a worker may be gone by now. */
export async function claimedHosts(layout: Layout): Promise<string[]> {
  const engines = await readdir(layout.lockDir).catch(() => []);
  const holders = await Promise.all(engines.map((engine) => readHolder(path.join(layout.lockDir, engine, HOLDER))));
  return [...new Set(holders.flatMap((holder) => (holder ? [holder.host] : [])))];
}

/** The same of one engine; undefined where no worker has claimed it yet. */
export async function claimedHost(layout: Layout, engineId: string): Promise<string | undefined> {
  return (await holderOfEngine(layout, engineId))?.host;
}

export async function holderOfEngine(layout: Layout, engineId: string): Promise<Holder | undefined> {
  return readHolder(holderFile(layout, engineId));
}

/** The caller has the claim. */
export async function noteHolder(layout: Layout, engineId: string, holder: Holder): Promise<void> {
  const file = holderFile(layout, engineId);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `${holder.host}\n${holder.stateId}\n${holder.home}\n`);
}

function holderFile(layout: Layout, engineId: string): string {
  return path.join(layout.lockDir, encodeName(engineId), HOLDER);
}

async function readHolder(file: string): Promise<Holder | undefined> {
  const [host = '', stateId = '', home = ''] = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  return host.trim() === '' ? undefined : { host: host.trim(), stateId, home };
}
