import { Deployments } from '../../client/deployments.js';
import { requireAnyWorker } from '../../client/pollers.js';
import { EXIT } from '../../spec/outcome.js';
import { openRun } from '../open-run.js';
import { performerFrom } from '../performer.js';
import { confirm } from '../prompt.js';
import { sayAnswer } from '../say-answer.js';
import type { Cli } from '../terminal.js';
import { withTemporal } from '../with-temporal.js';

export interface AbortFlags {
  reason?: string;
  yes?: boolean;
}

/** Asks a run to stop and to take back what it did, or to leave what it asks about: the one named, else the stack's open one. */
export async function abort(cli: Cli, run: string | undefined, { reason, yes = false }: AbortFlags): Promise<number> {
  return withTemporal(cli, async (reach) => {
    const workflowId = run ?? (await openRun(cli, reach, 'abort'));
    const question = `Abort ${workflowId}? What it did is taken back; what it asks about on its way back is left.`;
    if (!(await confirm(cli, question, yes))) {
      cli.say('left alone');
      return EXIT.failed;
    }
    // A run answers through a worker; without one the question would only wait.
    await requireAnyWorker(reach);
    const word = { by: performerFrom(cli.env), ...(reason === undefined ? {} : { reason }) };
    return sayAnswer(cli, workflowId, await new Deployments(reach.client).say(workflowId, 'abort', word));
  });
}
