import type { Plan } from '../src/plan/plan.js';
import { deployInput } from '../src/spec/deploy-input.js';
import type { DeployResult } from '../src/spec/deploy-result.js';
import type { RestoreChoice } from '../src/spec/restore.js';
import { restoreInput, type RestoreInput } from '../src/spec/restore-input.js';
import { beginOnHost, locateStack } from './begin.js';
import { nothingChanges } from './backup.js';
import { capture, freeze } from './deploy.js';
import { DeploymentRun } from './deployment-run.js';
import { onTwin } from './rehearse.js';
import { runToItsEnd } from './run-to-its-end.js';
import { replaceData, sourceOf } from './replace-data.js';
import { Rejection, rejectOn } from './turning-points.js';
import { parseInput } from './parse-input.js';

/**
 * Puts data of a backup in place of what the stack has. While everything serves, the backup is restored into new volumes on
 * a twin and compared with what was counted; only then do the services that need the data rest, what they had is copied
 * aside and kept, and the volumes get the restored content. Whatever fails after that puts the old content back.
 */
export async function restore(request?: unknown): Promise<DeployResult> {
  const input = parseInput(restoreInput, request, 'a restore');
  // What is valid here is valid for a deployment too; the time has been read already.
  const { backup: _backup, ...common } = input;
  const run = new DeploymentRun(deployInput().parse({ ...common, startBy: undefined }));
  run.input.startBy = input.startBy;

  return runToItsEnd(run, async () => {
    await locateStack(run);
    await beginOnHost(run);
    const { frozen, findings } = await freeze(run);
    rejectOn(run, findings);
    await capture(run, frozen);
    const choice = await choose(run, input);
    const source = { backup: sourceOf(choice), mode: 'off', insist: 'restored' } as const;
    await onTwin(run, nothingChanges(input.stack), source, async (twin) => {
      run.plan = planOf(input.stack, choice);
      await replaceData(run, choice, twin);
    });
  });
}

async function choose(run: DeploymentRun, { backup, services }: RestoreInput): Promise<RestoreChoice> {
  if (run.capture?.release === undefined) {
    throw new Rejection(`nothing of ${run.input.stack} is there to restore data into; deploy it first`);
  }
  const asked = { frozen: run.frozen!, services, ...(backup === undefined ? {} : { backup }) };
  const choice = await run.line(
    'plan',
    'choose what to restore',
    () => run.host.long.chooseRestore({ ...run.turn, ...asked }),
    (found) => `${found.stores.map(({ id }) => id).join(', ') || 'nothing'} of ${found.backup}`,
  );
  rejectOn(run, choice.findings);
  return choice;
}

function planOf(stack: string, { waves }: RestoreChoice): Plan {
  return { ...nothingChanges(stack), waves };
}
