import type { PlannedData } from '../src/plan/plan.js';
import type { RestoreChoice } from '../src/spec/restore.js';
import { nothingChanges } from './backup.js';
import { type Aim, bringBack } from './bring-back.js';
import type { DeploymentRun } from './deployment-run.js';
import { onTwin } from './rehearse.js';
import { sourceOf, swapContents } from './replace-data.js';
import { Rejection, rejectOn } from './turning-points.js';

/** Chooses the stores of a backup that come back together with the release that was replaced after it. */
export async function chooseData(
  run: DeploymentRun,
  { release, backup }: { release: string; backup: string },
): Promise<RestoreChoice> {
  if (run.changed.length > 0) {
    // What the stack has is half of one moment and half of another: nobody can be asked what would be lost.
    throw new Rejection('the run was reset after it had begun to change the stack: all is put back; ask again');
  }
  const choice = await run.line(
    'plan',
    'choose the data',
    () => run.host.long.chooseRestore({ ...run.turn, frozen: run.frozen!, backup, services: [], into: release }),
    ({ stores }) => `${stores.map(({ id }) => id).join(', ') || 'nothing'} of ${backup}`,
  );
  rejectOn(run, choice.findings);
  return choice;
}

/** The same as people are asked about it: with what would be lost. */
export async function plannedData(run: DeploymentRun, choice: RestoreChoice): Promise<PlannedData> {
  const { backup, atMs, stores, reused, waves } = choice;
  const what = { frozen: run.frozen!, backup, stores, ...(reused === undefined ? {} : { reused }) };
  const writes = await run.line('plan', 'count what was written since the backup', () =>
    run.host.long.countWrites({ ...run.turn, ...what }),
  );
  return {
    ...{ backup, atMs, writes },
    stores: stores.map(({ id, service, volume }) => ({ store: id, service, volume })),
    resting: waves.flat().map(({ service }) => service),
  };
}

/**
 * Walks the plan with the data of the backup in place: it is restored and compared on a twin while everything serves; then services
 * rest, their volumes are filled, and the release comes up on them. Returns for how long services were down.
 */
export async function bringBackWithData(run: DeploymentRun, aim: Aim, choice: RestoreChoice): Promise<number> {
  const source = { backup: sourceOf(choice), mode: 'off', insist: 'restored' } as const;
  let downMs = 0;
  await onTwin(run, nothingChanges(run.input.stack), source, async (twin) => {
    let restingSinceMs = 0;
    const wellAtMs = await bringBack(run, aim, async () => {
      restingSinceMs = Date.now();
      await swapContents(run, choice, twin);
    });
    downMs = wellAtMs - restingSinceMs;
  });
  return downMs;
}
