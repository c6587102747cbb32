import { Deployments } from '../../client/deployments.js';
import { requireWorker } from '../../client/pollers.js';
import { EXIT } from '../../spec/outcome.js';
import { requestFrom, stackToDeploy } from '../deploy-request.js';
import { UsageError } from '../errors.js';
import { followToEnd } from '../follow-to-end.js';
import type { Cli } from '../terminal.js';
import { withTemporal } from '../with-temporal.js';

export interface CreateFlags {
  reason?: string;
  whenBusy?: string;
  detach?: boolean;
}

/** Starts a backup of the stack here and follows it to its end. */
export async function createBackup(cli: Cli, flags: CreateFlags): Promise<number> {
  return runBackup(cli, flags, { doing: 'backing up' });
}

/** Starts a run of the runbook `backup`, which takes one or proves the one that is named, and follows it to its end. */
export async function runBackup(
  cli: Cli,
  flags: CreateFlags,
  { backup, doing }: { backup?: string; doing: string },
): Promise<number> {
  const whenBusy = flags.whenBusy ?? 'refuse';
  if (whenBusy !== 'refuse' && whenBusy !== 'queue') {
    throw new UsageError(`--when-busy ${whenBusy} cannot be`, 'say refuse, or queue');
  }
  return withTemporal(cli, async (reach) => {
    await requireWorker(reach);
    const { stack, host, performer, reason } = requestFrom(cli, await stackToDeploy(cli, reach), [], flags);
    const asked = { stack, host, performer, reason, whenBusy, ...(backup === undefined ? {} : { backup }) } as const;
    const run = await new Deployments(reach.client).startBackup(asked);
    if (flags.detach) {
      if (cli.flags.json) cli.printJson(run);
      else cli.print(run.workflowId);
      return EXIT.ok;
    }
    cli.say(`${doing} ${stack}: ${run.workflowId}`);
    return followToEnd(cli, reach, run);
  });
}
