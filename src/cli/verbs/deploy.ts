import type { Reach } from '../../client/connect.js';
import { Deployments } from '../../client/deployments.js';
import { requireWorker } from '../../client/pollers.js';
import { durationMs } from '../../spec/deploy-input.js';
import { EXIT } from '../../spec/outcome.js';
import { SKIPPABLE, type Skippable } from '../../spec/skippable.js';
import { requestFrom, stackToDeploy } from '../deploy-request.js';
import { UsageError } from '../errors.js';
import { followToEnd } from '../follow-to-end.js';
import type { Cli } from '../terminal.js';
import { untilVerified } from '../until-verified.js';
import { linkTo, withTemporal } from '../with-temporal.js';
import { plan } from './plan.js';

export interface DeployFlags {
  /** `--no-cache` makes it false. */
  cache: boolean;
  pull?: boolean;
  reason?: string;
  skip?: string[];
  requireApproval?: boolean;
  whenBusy?: string;
  queue?: boolean;
  startBy?: string;
  deadline?: string;
  dryRun?: boolean;
  detach?: boolean;
  waitTimeout?: string;
  until?: string;
}

/** Starts a deployment and follows it to its end. */
export async function deploy(cli: Cli, services: string[], flags: DeployFlags): Promise<number> {
  if (flags.dryRun) return plan(cli, services, flags);
  const waitTimeoutMs = flags.waitTimeout === undefined ? undefined : waitTimeoutIn(flags.waitTimeout);
  const whenBusy = whenBusyIn(flags);
  const skip = skipIn(flags);
  const until = untilIn(flags);
  return withTemporal(cli, async (reach) => {
    await requireWorker(reach);
    const stack = await stackToDeploy(cli, reach);
    const deployments = new Deployments(reach.client);
    const run = await deployments.start({
      ...requestFrom(cli, stack, services, flags),
      whenBusy,
      requireApproval: flags.requireApproval ?? false,
      skip,
      noCache: !flags.cache,
      ...(flags.startBy === undefined ? {} : { startBy: flags.startBy }),
      ...(flags.deadline === undefined ? {} : { deadline: flags.deadline }),
    });
    if (flags.detach) return detached(cli, reach, run);
    cli.say(`deploying ${stack}: ${run.workflowId}`);
    const exitCode = await followToEnd(cli, reach, run, waitTimeoutMs === undefined ? {} : { waitTimeoutMs });
    return exitCode === EXIT.ok && until === 'verified' ? untilVerified(cli, reach, run) : exitCode;
  });
}

async function detached(cli: Cli, reach: Reach, run: { workflowId: string; runId: string }): Promise<number> {
  const ui = await linkTo(cli, reach, run);
  if (cli.flags.json) cli.printJson({ ...run, ...(ui === undefined ? {} : { ui }) });
  else {
    cli.print(run.workflowId);
    if (ui !== undefined) cli.say(ui);
  }
  return EXIT.ok;
}

function skipIn({ skip = [], reason }: DeployFlags): Skippable[] {
  const unknown = skip.find((part) => !(SKIPPABLE as readonly string[]).includes(part));
  if (unknown !== undefined) throw new UsageError(`--skip ${unknown} cannot be`, `say ${SKIPPABLE.join(', ')}`);
  if (skip.length > 0 && reason === undefined) {
    throw new UsageError('what is skipped needs a reason', 'say why: --reason "…"');
  }
  return skip as Skippable[];
}

function untilIn({ until = 'serving', detach }: DeployFlags): 'serving' | 'verified' {
  if (until !== 'serving' && until !== 'verified') {
    throw new UsageError(`--until ${until} cannot be`, 'say serving, or verified');
  }
  if (detach && until === 'verified') throw new UsageError('--until and --detach exclude each other', 'leave one out');
  return until;
}

function waitTimeoutIn(text: string): number {
  const ms = durationMs(text);
  if (ms === undefined)
    throw new UsageError(`--wait-timeout ${text} is not a duration`, 'write it like 90s, 5m or 1h30m');
  return ms;
}

function whenBusyIn({ whenBusy, queue }: DeployFlags): 'refuse' | 'queue' {
  if (whenBusy === undefined) return queue ? 'queue' : 'refuse';
  if (whenBusy === 'queue' || (whenBusy === 'refuse' && !queue)) return whenBusy;
  throw new UsageError(`--when-busy ${whenBusy}${queue ? ' and --queue' : ''} cannot be`, 'say refuse, or queue');
}
