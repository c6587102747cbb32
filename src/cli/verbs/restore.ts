import { Deployments } from '../../client/deployments.js';
import { requireWorker } from '../../client/pollers.js';
import { EXIT } from '../../spec/outcome.js';
import type { RestoreRequest } from '../../spec/restore-input.js';
import { requestFrom, stackToDeploy } from '../deploy-request.js';
import { UsageError } from '../errors.js';
import { followToEnd } from '../follow-to-end.js';
import { confirm } from '../prompt.js';
import type { Cli } from '../terminal.js';
import { withTemporal } from '../with-temporal.js';

export interface RestoreFlags {
  reason?: string;
  whenBusy?: string;
  detach?: boolean;
  yes?: boolean;
}

/** What ids of backups look like; no service is called so. */
const BACKUP_ID = /^\d{8}T\d{6}Z-/;

/** Starts a restore of the stack here, once somebody has agreed to it, and follows it to its end. */
export async function restoreData(
  cli: Cli,
  first: string | undefined,
  others: string[],
  flags: RestoreFlags,
): Promise<number> {
  const whenBusy = flags.whenBusy ?? 'refuse';
  if (whenBusy !== 'refuse' && whenBusy !== 'queue') {
    throw new UsageError(`--when-busy ${whenBusy} cannot be`, 'say refuse, or queue');
  }
  const backup = first !== undefined && BACKUP_ID.test(first) ? first : undefined;
  const services = backup === undefined && first !== undefined ? [first, ...others] : others;
  const what = services.length === 0 ? 'the data of the stack' : `the data of ${services.join(', ')}`;
  const question = `Go back to ${what} as in ${backup ?? 'the newest backup'}? What was written since is kept aside.`;
  if (!(await confirm(cli, question, flags.yes ?? false))) {
    cli.say('left as it is');
    return EXIT.failed;
  }
  return withTemporal(cli, async (reach) => {
    await requireWorker(reach);
    const { stack, host, performer, reason } = requestFrom(cli, await stackToDeploy(cli, reach), [], flags);
    const asked: RestoreRequest = {
      whenBusy,
      stack,
      host,
      services,
      performer,
      reason,
      ...(backup === undefined ? {} : { backup }),
    };
    const run = await new Deployments(reach.client).startRestore(asked);
    if (flags.detach) {
      if (cli.flags.json) cli.printJson(run);
      else cli.print(run.workflowId);
      return EXIT.ok;
    }
    cli.say(`restoring data of ${stack}: ${run.workflowId}`);
    return followToEnd(cli, reach, run);
  });
}
