import type { Reach } from '../client/connect.js';
import { Deployments } from '../client/deployments.js';
import { openRuns } from '../client/runs.js';
import type { Progress } from '../spec/progress.js';
import { layoutFrom } from '../store/layout.js';
import { requireStack } from './choose-stack.js';
import { UsageError } from './errors.js';
import type { Cli } from './terminal.js';

/**
 * The run that a verb is about where none is named: the stack's open one. Of several, the only one that is meant: `isMeant`
 * says so of where a run stands.
 */
export async function openRun(
  cli: Cli,
  { client }: Reach,
  verb: string,
  isMeant?: (progress: Progress) => boolean,
): Promise<string> {
  const { name } = await requireStack(cli, layoutFrom(cli.env));
  const open = await openRuns(client, name, cli.flags.host);
  const meant: typeof open = [];
  if (open.length > 1 && isMeant) {
    const deployments = new Deployments(client);
    for (const run of open) if (isMeant(await deployments.progress(run.workflowId))) meant.push(run);
  }
  const [only, ...others] = meant.length > 0 ? meant : open;
  if (!only) throw new UsageError(`no run of ${name} is open`, 'list what runs: evenkeel status');
  if (others.length > 0) {
    const ids = [only, ...others].map(({ workflowId }) => workflowId).join(', ');
    throw new UsageError(`several runs of ${name} are open: ${ids}`, `name the one to ${verb}`);
  }
  return only.workflowId;
}
