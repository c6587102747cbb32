import type { Reach } from '../../client/connect.js';
import { Deployments } from '../../client/deployments.js';
import { requireWorker } from '../../client/pollers.js';
import { openDeployments } from '../../client/runs.js';
import { EXIT } from '../../spec/outcome.js';
import { layoutFrom } from '../../store/layout.js';
import { requireStack } from '../choose-stack.js';
import { UsageError } from '../errors.js';
import { performerFrom } from '../performer.js';
import { confirm } from '../prompt.js';
import type { Cli } from '../terminal.js';
import { withTemporal } from '../with-temporal.js';

export interface AbortFlags {
  reason?: string;
  yes?: boolean;
}

/** Asks a run to stop and to take back what it did: the one named, else the stack's open one. */
export async function abort(cli: Cli, run: string | undefined, { reason, yes = false }: AbortFlags): Promise<number> {
  return withTemporal(cli, async (reach) => {
    const workflowId = run ?? (await openRunOfStack(cli, reach));
    if (!(await confirm(cli, `Abort ${workflowId} and take back what it did?`, yes))) {
      cli.say('left alone');
      return EXIT.failed;
    }
    // A run answers through a worker; without one the question would only wait.
    await requireWorker(reach);
    const answer = await new Deployments(reach.client).abort(workflowId, performerFrom(cli.env), reason);
    if (cli.flags.json) cli.printJson({ workflowId, answer });
    else {
      cli.say(answer);
      cli.say(`  follow it with  evenkeel follow '${workflowId}'`);
    }
    return EXIT.ok;
  });
}

async function openRunOfStack(cli: Cli, { client }: Reach): Promise<string> {
  const { name } = await requireStack(cli, layoutFrom(cli.env));
  const [open, ...others] = await openDeployments(client, name, cli.flags.host);
  if (!open) throw new UsageError(`no deployment of ${name} is open`, 'list what runs: evenkeel status');
  if (others.length > 0) {
    const ids = [open, ...others].map(({ workflowId }) => workflowId).join(', ');
    throw new UsageError(`several deployments of ${name} are open: ${ids}`, 'name the one to abort');
  }
  return open.workflowId;
}
