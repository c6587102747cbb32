import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Engine } from '../docker/engine.js';
import { acquireHostLock, type HostLock } from '../docker/host-lock.js';
import type { Layout } from '../store/layout.js';
import { claimedHost, holderFile } from './claimed-hosts.js';

const CLAIM_WITHIN_MS = 500;

/**
 * Claims the engine for this host id, for as long as the worker lives: two ids on one engine would not see each other's
 * releases and turns. Throws when a living worker of another id has it. A second worker of the same id goes on at once
 * and takes the claim over when the first one ends.
 */
export async function claimEngine(layout: Layout, engine: Engine, host: string): Promise<Pick<HostLock, 'release'>> {
  const { id } = await engine.info();
  try {
    const lock = await acquireHostLock(layout.lockDir, id, '.engine', { signal: AbortSignal.timeout(CLAIM_WITHIN_MS) });
    await noteHolder(holderFile(layout, id), host).catch(async (error: unknown) => {
      await lock.release();
      throw error;
    });
    return lock;
  } catch (error) {
    const holder = (await claimedHost(layout, id)) ?? 'another worker';
    if (holder === host) return claimLater(layout, id);
    throw new Error(
      `Docker Engine ${id} is worked on as host "${holder}" already, and this worker would be "${host}". ` +
        `Use the same state folder (EVENKEEL_HOME) or --host ${holder}, or stop the other worker.`,
      { cause: error },
    );
  }
}

async function noteHolder(file: string, host: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, host);
}

/** Waits in the background for the worker that has the claim. */
function claimLater(layout: Layout, engineId: string): Pick<HostLock, 'release'> {
  const given = new AbortController();
  const later = acquireHostLock(layout.lockDir, engineId, '.engine', { signal: given.signal }).catch(() => undefined);
  return {
    release: async () => {
      given.abort();
      await (await later)?.release();
    },
  };
}
