import { activityInfo } from '@temporalio/activity';
import { StoreFailed } from '../src/backup/store-kind.js';
import type { Hold } from '../src/spec/hold.js';
import { takeEpoch } from '../src/store/epoch.js';
import { readHold } from '../src/store/holds.js';
import { privateFolder } from '../src/store/layout.js';
import { noteRun } from '../src/store/run-folders.js';
import type { HostActivities } from './activities.js';
import { sweepDrafts } from './discard-drafts.js';
import { sweepImageChildren } from './image-children.js';
import { inheritCapture } from './inherit-capture.js';
import { endPartCopies, sweepPartCopies } from './kept-volumes.js';
import { knownStack } from './known-stack.js';
import { sweepTwins } from './remove-twin.js';
import { ownRun, ownRunFolder } from './run-place.js';
import { sweepAside } from './stand-aside.js';
import { refuseWhenClosed, withStackLock } from './take-turn.js';
import { unsettledSwaps } from './unsettled.js';
import { unsettledFindings } from './unsettled-findings.js';
import type { World } from './world.js';

/**
 * Safe to repeat because a run that has taken its epoch, or its former self's capture, is given the same one, and what closed
 * runs have left is no longer found once it is gone.
 */
export function beginRun(world: World): HostActivities['beginRun'] {
  return async ({ stack, dryRun }) => {
    await knownStack(world, stack);
    const folder = await privateFolder(ownRunFolder(world, stack));
    const { workflowType: type } = activityInfo();
    await noteRun(folder, { ...ownRun(), type: type!, stack, host: world.host, beganAtMs: Date.now() });
    if (dryRun) return { epoch: 0, runFolder: folder, ...(await heldIn(world, stack)) };

    await endPartCopies(world, stack, ownRun().workflowId);
    return withStackLock(world, stack, async () => {
      await refuseWhenClosed(world);
      const { epoch } = await takeEpoch(world.layout, stack, ownRun(), new Date());
      await sweepTwins(world, stack, { except: ownRun().runId });
      await sweepAside(world, stack);
      await sweepImageChildren(world, stack);
      await sweepPartCopies(world, stack, ownRun().workflowId);
      // What cannot be let go keeps no run from repairing it; the next backup meets it, and says so.
      await sweepDrafts(world, stack, folder).catch(unlessStoreFailed);
      const capture = await inheritCapture(world, { stack, epoch });
      // A restore may be what settles it, so that it is asked once it has chosen.
      const unsettled = type === 'restore' ? [] : await unsettledSwaps(world, stack, ownRun().workflowId);
      const findings = await unsettledFindings(world, stack, unsettled);
      return {
        ...{ epoch, runFolder: folder },
        ...(capture ? { capture } : {}),
        ...(await heldIn(world, stack)),
        ...(findings.length > 0 ? { unsettled: findings } : {}),
      };
    });
  };
}

function unlessStoreFailed(error: unknown): void {
  if (!(error instanceof StoreFailed)) throw error;
}

async function heldIn({ layout }: World, stack: string): Promise<{ hold?: Hold }> {
  const hold = await readHold(layout, stack);
  return hold ? { hold } : {};
}
