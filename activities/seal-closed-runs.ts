import path from 'node:path';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { isAnyAtWork } from '../src/docker/end-children.js';
import { acquireHostLock } from '../src/docker/host-lock.js';
import type { RawHistory } from '../src/report/history-event.js';
import { accountOfHistory } from '../src/report/read-history.js';
import { accountWithoutHistory } from '../src/report/account-without-history.js';
import type { DeployResult } from '../src/spec/deploy-result.js';
import { ACCOUNT_FILE, HISTORY_FILE } from '../src/store/bundles.js';
import { readChain } from '../src/store/evidence-chain.js';
import { sealBundle } from '../src/store/evidence-index.js';
import { hostIdentity } from '../src/store/host-identity.js';
import { readJson, writeJson, writePrivate } from '../src/store/private-file.js';
import { readRunIdentity, type RunIdentity, runFolders } from '../src/store/run-folders.js';
import { isRunOpen } from './run-open.js';
import { TWIN_FOLDER } from './run-place.js';
import type { World } from './world.js';

type Sealer = Pick<World, 'layout' | 'engine' | 'temporal'>;

interface Unsealed {
  /** Relative to the stack's folder. */
  place: string;
  folder: string;
  identity: RunIdentity;
}

/**
 * Seals every run of a stack that has closed, oldest first, with its history in its bundle. Runs that were terminated, or whose
 * worker died, are among them. One that cannot be sealed does not keep the others from it: what it failed with is thrown at
 * the end. Safe to repeat because runs that are sealed are passed over.
 */
export async function sealClosedRuns(world: Sealer, stack: string, signal?: AbortSignal): Promise<void> {
  const failures: unknown[] = [];
  for (const run of await unsealedRuns(world, stack)) {
    try {
      await sealIfClosed(world, stack, run, signal);
    } catch (error) {
      signal?.throwIfAborted();
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

async function sealIfClosed(world: Sealer, stack: string, run: Unsealed, signal?: AbortSignal): Promise<void> {
  const { workflowId, runId } = run.identity;
  if (await isRunOpen(world.temporal, workflowId, runId)) return;
  const history = await exportHistory(world.temporal, run);
  const engineId = await world.engine.id();
  // Getting the lock is the wait for whatever still writes into the run's folder, and for another who seals.
  const lock = await acquireHostLock(world.layout.lockDir, engineId, stack, signal ? { signal } : {});
  try {
    // A build of a run whose worker died holds no lock, and goes on writing its output.
    if (await hasChildren(run.folder)) return;
    const { key } = await hostIdentity(world.layout);
    const { layout } = world;
    await sealBundle({ layout, stack, run: run.place, workflowId, runId, history, key }, new Date());
  } finally {
    await lock.release();
  }
}

async function unsealedRuns({ layout }: Sealer, stack: string): Promise<Unsealed[]> {
  const sealed = new Set((await readChain(layout, stack)).map(({ run }) => run));
  const found: Unsealed[] = [];
  for (const { place, folder } of await runFolders(layout, stack)) {
    const identity = sealed.has(place) ? undefined : await readRunIdentity(folder);
    if (identity) found.push({ place, folder, identity });
  }
  return found.sort((a, b) => a.identity.beganAtMs - b.identity.beganAtMs);
}

/** Brings what Temporal knows of a closed run into its folder; `gone` where it knows nothing any more. */
async function exportHistory(temporal: Client, { folder, identity }: Unsealed): Promise<'exported' | 'gone'> {
  const { workflowId, runId } = identity;
  try {
    const history = historyToJSON(await temporal.workflow.getHandle(workflowId, runId).fetchHistory());
    await writePrivate(path.join(folder, HISTORY_FILE), `${history}\n`);
    const account = accountOfHistory(JSON.parse(history) as RawHistory, { workflowId, runId });
    await writeJson(path.join(folder, ACCOUNT_FILE), account);
    return 'exported';
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    const result = await readJson<DeployResult>(path.join(folder, 'result.json'));
    await writeJson(path.join(folder, ACCOUNT_FILE), accountWithoutHistory(identity, result));
    return 'gone';
  }
}

async function hasChildren(folder: string): Promise<boolean> {
  const places = [folder, path.join(folder, TWIN_FOLDER)].map((place) => path.join(place, 'children'));
  return (await Promise.all(places.map((place) => isAnyAtWork(place)))).includes(true);
}
