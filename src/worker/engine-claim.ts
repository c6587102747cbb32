import type { Engine } from '../docker/engine.js';
import { acquireHostLock, type HostLock } from '../docker/host-lock.js';
import type { Layout } from '../store/layout.js';
import { timeoutSignal } from '../timeout-signal.js';
import { type Holder, holderOf, holderOfEngine, noteHolder } from './claimed-hosts.js';

/** For one that may go on without the claim, and for one that is refused without it: a busy machine must not look like another worker. */
const CLAIM_WITHIN_MS = { own: 500, others: 5_000 };

/**
 * Claims the engine for this host id and state folder, for as long as the worker lives: two of either on one engine would not
 * see each other's releases and turns. Throws when a living worker of another one has it. A second worker of the same goes
 * on at once and takes the claim over when the first one ends.
 */
export async function claimEngine(
  layout: Layout,
  engine: Engine,
  host: string,
  patienceMs = CLAIM_WITHIN_MS,
): Promise<Pick<HostLock, 'release'>> {
  const id = await engine.id();
  const own = await holderOf(layout, host);
  const isOwn = (holder: Holder | undefined): boolean => holder?.host === host && holder.stateId === own.stateId;
  const withinMs = patienceMs[isOwn(await holderOfEngine(layout, id)) ? 'own' : 'others'];
  try {
    const lock = await acquireHostLock(layout.lockDir, id, '.engine', { signal: timeoutSignal(withinMs) });
    await noteHolder(layout, id, own).catch(async (error: unknown) => {
      await lock.release();
      throw error;
    });
    return lock;
  } catch (error) {
    const holder = await holderOfEngine(layout, id);
    if (isOwn(holder)) return claimLater(layout, id);
    throw new Error(refusal(id, own, holder), { cause: error });
  }
}

function refusal(engineId: string, own: Holder, holder: Holder | undefined): string {
  const other = holder ? `as host "${holder.host}" with the state folder ${holder.home}` : 'by another worker';
  const remedy = holder ? `Start it with EVENKEEL_HOME=${holder.home} and without --host, or stop` : 'Stop';
  return (
    `Docker Engine ${engineId} is worked on ${other} already, and this worker would be "${own.host}" with ${own.home}. ` +
    `${remedy} the other worker.`
  );
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
