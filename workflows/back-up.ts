import { CancellationScope, workflowInfo } from '@temporalio/workflow';
import { backupId } from '../src/names.js';
import type { Plan } from '../src/plan/plan.js';
import { mutatingSteps } from '../src/plan/plan.js';
import { sizeText } from '../src/spec/size-text.js';
import type { BackupSummary, ReusedStore, StoreBackup, StoreRef } from '../src/spec/backup.js';
import { messageOf } from './checklist.js';
import type { DeploymentRun } from './deployment-run.js';
import { Flights } from './flights.js';
import { rejectOn } from './turning-points.js';

/** What a run can fall back on, and what the twin's stores are filled from. */
export interface OwnBackup {
  /** Undefined where nothing had to be dumped. */
  id?: string;
  /** When it was begun; with the id. */
  atMs?: number;
  stores: StoreRef[];
  /** Stores that the changed services can reach, for which an earlier backup stands. */
  reused?: ReusedStore[];
}

/**
 * Dumps the stores that the changed services can reach, while everything serves. Afterwards the backup is whole and on
 * disk; it is proven only once it has been restored. Where earlier proofs stand for all of it, it says no more than where they are.
 */
export async function backUp(run: DeploymentRun, plan: Plan): Promise<OwnBackup> {
  const services = mutatingSteps(plan).map(({ service }) => service);
  const chosen = await run.line(
    'backup',
    'choose what to back up',
    () => run.host.long.selectStores({ ...run.turn, frozen: run.frozen!, services }),
    ({ stores, reused }) => notes(stores, reused.length),
  );
  rejectOn(run, chosen.findings);
  if (chosen.stores.length === 0 && chosen.reused.length === 0) {
    run.notBackedUp = chosen.left;
    return { stores: [] };
  }

  run.backupRounds += 1;
  const id = backupId(workflowInfo().startTime, workflowInfo().runId, run.backupRounds);
  try {
    const stores = await dumpAll(run, id, chosen.stores);
    run.backup = await run.line(
      'backup',
      'seal the backup',
      () => run.host.quick.sealBackup({ ...run.turn, backup: id, stores, reused: chosen.reused, left: chosen.left }),
      ({ bytes }: BackupSummary) => `${id}, ${sizeText(bytes)}`,
    );
  } catch (error) {
    await discard(run, id);
    throw error;
  }
  const reused = chosen.reused.filter(({ unreached }) => !unreached);
  return { id, atMs: run.backup.atMs, stores: chosen.stores, reused };
}

/** What is left of it holds data of the stack, and is of no use. */
async function discard(run: DeploymentRun, backup: string): Promise<void> {
  await CancellationScope.nonCancellable(async () => {
    try {
      await run.host.quick.discardBackup({ ...run.turn, backup });
    } catch (error) {
      const why = messageOf(error);
      run.leftovers.push({
        what: `backup ${backup}, unfinished`,
        why,
        command: `evenkeel backup list -p ${run.input.stack}`,
        debris: true,
      });
    }
  });
}

/** The first failure stops the others: a backup that lacks a store is none. */
async function dumpAll(run: DeploymentRun, backup: string, stores: StoreRef[]): Promise<StoreBackup[]> {
  const dumped: StoreBackup[] = [];
  await Flights.run(async (flights) => {
    for (const store of stores) {
      void flights.launch(async () => void dumped.push(await dump(run, backup, store)));
    }
  });
  return dumped.sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function dump(run: DeploymentRun, backup: string, store: StoreRef): Promise<StoreBackup> {
  const title = `back up ${store.id}`;
  return run.checklist.line(
    { id: title, phase: 'backup', title, service: store.service },
    () =>
      run.host.long.dumpStore.executeWithOptions({ summary: title }, [
        { ...run.turn, frozen: run.frozen!, backup, store },
      ]),
    ({ files, durationMs }) =>
      `${sizeText(files.reduce((sum, { bytes }) => sum + bytes, 0))} in ${(durationMs / 1000).toFixed(1)} s`,
  );
}

function notes(stores: StoreRef[], reused: number): string {
  const again = reused > 0 ? `${reused} proven lately` : '';
  return [stores.map(({ id }) => id).join(', ') || 'nothing', again].filter((part) => part !== '').join('; ');
}
