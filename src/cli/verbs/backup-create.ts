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
  const whenBusy = flags.whenBusy ?? 'refuse';
  if (whenBusy !== 'refuse' && whenBusy !== 'queue') {
    throw new UsageError(`--when-busy ${whenBusy} cannot be`, 'say refuse, or queue');
  }
  return withTemporal(cli, async (reach) => {
    await requireWorker(reach);
    const { stack, host, performer, reason } = requestFrom(cli, await stackToDeploy(cli, reach), [], flags);
    const run = await new Deployments(reach.client).startBackup({ stack, host, performer, reason, whenBusy });
    if (flags.detach) {
      if (cli.flags.json) cli.printJson(run);
      else cli.print(run.workflowId);
      return EXIT.ok;
    }
    cli.say(`backing up ${stack}: ${run.workflowId}`);
    return followToEnd(cli, reach, run);
  });
}
