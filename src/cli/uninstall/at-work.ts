import { readdir } from 'node:fs/promises';
import { isAlive } from '../../docker/child-process-identity.js';
import { acquireHostLock } from '../../docker/host-lock.js';
import type { Layout } from '../../store/layout.js';
import { timeoutSignal } from '../../timeout-signal.js';
import { claimedHost } from '../../worker/claimed-hosts.js';
import { readServerRecord } from '../../worker/server/server-record.js';
import { ownHost } from '../this-host.js';

const FREE_WITHIN_MS = 300;

/** What of ours is running on this state folder, in words; undefined where nothing is. */
export async function whatIsAtWork(layout: Layout): Promise<string | undefined> {
  const record = await readServerRecord(layout);
  if (record && (await isAlive(record.server))) return `evenkeel server (pid ${record.server.pid})`;
  const own = await ownHost(layout);
  for (const name of await readdir(layout.lockDir).catch(() => [])) {
    const engine = decodeURIComponent(name);
    const isOurs = own !== undefined && (await claimedHost(layout, engine)) === own;
    if (isOurs && !(await isFree(layout, engine))) return `a worker of host ${own}`;
  }
  return undefined;
}

/** A worker holds the claim of its engine for as long as it lives. */
async function isFree(layout: Layout, engine: string): Promise<boolean> {
  try {
    const claim = await acquireHostLock(layout.lockDir, engine, '.engine', {
      signal: timeoutSignal(FREE_WITHIN_MS),
    });
    await claim.release();
    return true;
  } catch (error) {
    if ((error as Error).name === 'TimeoutError') return false;
    throw error;
  }
}
