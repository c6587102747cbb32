import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Engine } from '../docker/engine.js';
import { acquireHostLock, type HostLock } from '../docker/host-lock.js';
import { encodeName, type Layout } from '../store/layout.js';

const CLAIM_WITHIN_MS = 500;

/**
 * Claims the engine for this host id, for as long as the worker lives: two ids on one engine would not see each other's
 * releases and turns. Throws when a living worker of another id has it; workers of the same id share it.
 */
export async function claimEngine(layout: Layout, engine: Engine, host: string): Promise<HostLock> {
  const { id } = await engine.info();
  const holderFile = path.join(layout.lockDir, encodeName(id), 'host');
  try {
    const lock = await acquireHostLock(layout.lockDir, id, '.engine', { signal: AbortSignal.timeout(CLAIM_WITHIN_MS) });
    await mkdir(path.dirname(holderFile), { recursive: true });
    await writeFile(holderFile, host);
    return lock;
  } catch (error) {
    const holder = await readFile(holderFile, 'utf8').catch(() => 'another worker');
    if (holder === host) return { fd: -1, release: async () => undefined };
    throw new Error(
      `Docker Engine ${id} is worked on as host "${holder}" already, and this worker would be "${host}". ` +
        `Use the same state folder (EVENKEEL_HOME) or --host ${holder}, or stop the other worker.`,
      { cause: error },
    );
  }
}
