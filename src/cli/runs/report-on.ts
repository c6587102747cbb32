import type { Client } from '@temporalio/client';
import { Deployments, type RunRef } from '../../client/deployments.js';
import { ClientError } from '../../client/errors.js';
import { wholeHistory } from '../../client/histories.js';
import { newestRuns } from '../../client/runs.js';
import { accountOfHistory } from '../../report/read-history.js';
import type { RunAccount } from '../../report/run-account.js';
import { reportOf, type RunReport } from '../../report/run-report.js';
import { type KeptRun, readAccount } from '../../store/bundles.js';
import type { Layout } from '../../store/layout.js';
import { readEvidence } from '../../store/read-evidence.js';
import { chooseStack } from '../choose-stack.js';
import { UsageError } from '../errors.js';
import type { Cli } from '../terminal.js';
import { linkWithoutAsking } from '../with-temporal.js';
import { askTemporal, knownByFolder } from './known-run.js';
import { matchRun } from './match-run.js';
import { keptHere, pastRuns } from './past-runs.js';

/**
 * All that is known of the run that a text names, or of the newest one of the stack here, which is also called `last`. What is on
 * record on this host suffices; Temporal is asked for runs that are not.
 */
export async function reportOn(cli: Cli, layout: Layout, name = 'last'): Promise<RunReport> {
  const kept = await keptHere(layout);
  const run = name === 'last' ? await newest(cli, layout) : await named(cli, kept, name);
  const own = kept.find(({ runId }) => runId === run.runId);
  const account = await accountOf(cli, run, own);
  const evidence = own ? await readEvidence(layout, own.stack, own.folder) : undefined;
  const ui = await linkWithoutAsking(cli, run);
  return reportOf(account, evidence, { nowMs: Date.now(), ...(ui === undefined ? {} : { ui }) });
}

async function newest(cli: Cli, layout: Layout): Promise<RunRef> {
  const stack = (await chooseStack(cli, layout))?.name;
  const [run] = await pastRuns(cli, layout, { most: 1, ...(stack === undefined ? {} : { stack }) });
  if (run) return run.account;
  throw new UsageError(`no run${stack === undefined ? '' : ` of ${stack}`} is known`, 'list them: evenkeel history');
}

async function named(cli: Cli, kept: KeptRun[], name: string): Promise<RunRef> {
  const found =
    matchRun(name, kept) ?? (await askTemporal(cli, ({ client }) => knownToTemporal(client, name), undefined));
  if (found) return found;
  throw new UsageError(`no run "${name}" is known`, 'list them: evenkeel history');
}

/** How many of the newest runs a part of an id is looked for among. */
const LOOKED_THROUGH = 200;

async function knownToTemporal(client: Client, name: string): Promise<RunRef | undefined> {
  const found = matchRun(name, await newestRuns(client, { most: LOOKED_THROUGH }));
  if (found) return found;
  try {
    return await new Deployments(client).describe(name);
  } catch (error) {
    if (error instanceof ClientError && error.type === 'NoSuchRun') return undefined;
    throw error;
  }
}

/** What is on record of a run; of one that is not, or not yet, what Temporal says, else what its folder has. */
async function accountOf(cli: Cli, run: RunRef, own: KeptRun | undefined): Promise<RunAccount> {
  const onRecord = own && (await readAccount(own.folder));
  if (onRecord) return onRecord;
  const history = await askTemporal(cli, ({ client }) => wholeHistory(client, run), undefined);
  if (history) return accountOfHistory(history, run);
  if (own) return (await knownByFolder(own)).account;
  throw new UsageError(`nothing is known of ${run.workflowId} any more`, 'list the others: evenkeel history');
}
