import type { Plan } from '../src/plan/plan.js';
import { backupInput } from '../src/spec/backup-input.js';
import type { DeployResult } from '../src/spec/deploy-result.js';
import { deployInput } from '../src/spec/deploy-input.js';
import { backUp } from './back-up.js';
import { beginOnHost, locateStack } from './begin.js';
import { freeze } from './deploy.js';
import { DeploymentRun } from './deployment-run.js';
import { onTwin, rehearse } from './rehearse.js';
import { runToItsEnd } from './run-to-its-end.js';
import { rejectOn } from './turning-points.js';
import { parseInput } from './parse-input.js';

/**
 * Backs all data of a stack up, and proves the backup by restoring it on a twin; or, as a drill, proves one that is there. It
 * changes nothing of the stack, and takes the lease all the same: beside a deployment it would dump what is being replaced.
 * The result is that of a deployment that touched nothing.
 */
export async function backup(request?: unknown): Promise<DeployResult> {
  const { drill, input } = parsed(request);
  const run = new DeploymentRun(input);

  return runToItsEnd(run, async () => {
    await locateStack(run);
    await beginOnHost(run);
    rejectOn(run, (await freeze(run)).findings);
    const nothing = nothingChanges(run.input.stack);
    if (drill !== undefined) return prove(run, nothing, drill);
    const own = await backUp(run, nothing);
    if (own.stores.length > 0) await rehearse(run, nothing, own, 'off');
  });
}

/** A drill is asked for a proof: what nobody can tell does not do. */
async function prove(run: DeploymentRun, nothing: Plan, asked: string): Promise<void> {
  const { backup, stores, reused, findings } = await run.line(
    'plan',
    'choose the backup',
    () => run.host.quick.chooseDrill({ ...run.turn, backup: asked }),
    (found) => `${found.stores.map(({ id }) => id).join(', ') || 'nothing'} of ${found.backup?.id ?? asked}`,
  );
  rejectOn(run, findings);
  const { id, atMs } = backup!;
  run.backup = backup!;
  const source = { id, atMs, stores, ...(reused === undefined ? {} : { reused }) };
  await onTwin(run, nothing, { backup: source, mode: 'off', insist: 'proven' }, () => Promise.resolve());
}

function parsed(request: unknown): { drill: string | undefined; input: DeploymentRun['input'] } {
  const { backup: drill, ...common } = parseInput(backupInput, request, 'a backup');
  // What is valid here is valid for a deployment too, of which more can be asked; the time is read once.
  const input = deployInput().parse({ ...common, startBy: undefined });
  return { drill, input: { ...input, startBy: common.startBy } };
}

/** A plan in which no service changes. */
export function nothingChanges(stack: string): Plan {
  return {
    ...{ format: 1, stack, hash: '', waves: [], together: false, staggerMs: 0 },
    ...{ unchanged: [], orphans: [], warnings: [] },
  };
}
