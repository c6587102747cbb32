import { Deployments } from '../../client/deployments.js';
import { exitCodeOfEnd } from '../../client/deployment-end.js';
import { requireWorker } from '../../client/pollers.js';
import { renderPlan } from '../../plan/render-plan.js';
import { EXIT } from '../../spec/outcome.js';
import type { RollbackRequest } from '../../spec/rollback-input.js';
import { requestFrom, stackToDeploy } from '../deploy-request.js';
import { UsageError } from '../errors.js';
import { followToEnd } from '../follow-to-end.js';
import { endDocument } from '../render/end-document.js';
import { endText } from '../render/end-text.js';
import type { Cli } from '../terminal.js';
import { linkTo, withTemporal } from '../with-temporal.js';

export interface RollbackFlags {
  reason?: string;
  requireApproval?: boolean;
  restoreData?: boolean;
  whenBusy?: string;
  dryRun?: boolean;
  detach?: boolean;
}

/** Starts a rollback of the stack here and follows it to its end; with `--dry-run` prints what it would do. */
export async function rollback(cli: Cli, release: string | undefined, flags: RollbackFlags): Promise<number> {
  const whenBusy = flags.whenBusy ?? 'refuse';
  if (whenBusy !== 'refuse' && whenBusy !== 'queue') {
    throw new UsageError(`--when-busy ${whenBusy} cannot be`, 'say refuse, or queue');
  }
  if (release !== undefined && !/^[1-9]\d*$/.test(release)) {
    throw new UsageError(`"${release}" is no release: they are numbers`, 'list them: evenkeel releases');
  }
  return withTemporal(cli, async (reach) => {
    await requireWorker(reach);
    const { stack, host, performer, reason } = requestFrom(cli, await stackToDeploy(cli, reach), [], flags);
    const asked: RollbackRequest = {
      ...{ stack, host, performer, reason, whenBusy, dryRun: flags.dryRun ?? false },
      requireApproval: flags.requireApproval ?? false,
      restoreData: flags.restoreData ?? false,
      ...(release === undefined ? {} : { to: release }),
    };
    const deployments = new Deployments(reach.client);
    const run = await deployments.startRollback(asked);
    if (flags.dryRun) {
      const end = await deployments.end(run.workflowId);
      const link = await linkTo(cli, reach, run);
      if (cli.flags.json) cli.printJson(endDocument(end, run, link));
      else if (end.kind === 'reported' && end.report.plan) cli.print(renderPlan(end.report.plan).trimEnd());
      else cli.say(endText(end, run, link, cli.colours));
      return exitCodeOfEnd(end);
    }
    if (flags.detach) {
      if (cli.flags.json) cli.printJson(run);
      else cli.print(run.workflowId);
      return EXIT.ok;
    }
    cli.say(`rolling ${stack} back: ${run.workflowId}`);
    return followToEnd(cli, reach, run);
  });
}
