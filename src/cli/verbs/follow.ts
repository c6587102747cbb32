import { Deployments } from '../../client/deployments.js';
import { newestRun } from '../../client/runs.js';
import { layoutFrom } from '../../store/layout.js';
import { requireStack } from '../choose-stack.js';
import { UsageError } from '../errors.js';
import { followToEnd } from '../follow-to-end.js';
import type { Cli } from '../terminal.js';
import { withTemporal } from '../with-temporal.js';

/** Follows a run to its end: the one named, else the stack's newest. */
export async function follow(cli: Cli, workflowId: string | undefined): Promise<number> {
  return withTemporal(cli, async (reach) => {
    if (workflowId !== undefined) {
      const { runId } = await new Deployments(reach.client).describe(workflowId);
      return followToEnd(cli, reach, { workflowId, runId }, { jsonLines: true });
    }
    const { name } = await requireStack(cli, layoutFrom(cli.env));
    const run = await newestRun(reach.client, name, cli.flags.host);
    if (!run) throw new UsageError(`no run of ${name} is known`, 'start one: evenkeel deploy');
    cli.say(`following ${run.workflowId}`);
    return followToEnd(cli, reach, run, { jsonLines: true });
  });
}
