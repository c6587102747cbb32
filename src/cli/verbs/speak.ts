import { Deployments, type Message } from '../../client/deployments.js';
import { requireWorker } from '../../client/pollers.js';
import type { Progress } from '../../spec/progress.js';
import { openRun } from '../open-run.js';
import { performerFrom } from '../performer.js';
import { sayAnswer } from '../say-answer.js';
import type { Cli } from '../terminal.js';
import { withTemporal } from '../with-temporal.js';
import { waits } from './approve.js';

export interface SpeakFlags {
  reason?: string;
}

/** Refuses the plan that a run waits with; the run ends, and nothing was touched. */
export async function reject(cli: Cli, run: string | undefined, flags: SpeakFlags): Promise<number> {
  return speak(cli, run, flags, 'reject', waits);
}

/** Says something to a run: the one named, else the stack's open one. */
async function speak(
  cli: Cli,
  run: string | undefined,
  { reason }: SpeakFlags,
  message: Message,
  isMeant: (progress: Progress) => boolean,
): Promise<number> {
  return withTemporal(cli, async (reach) => {
    await requireWorker(reach);
    const workflowId = run ?? (await openRun(cli, reach, message, isMeant));
    const word = { by: performerFrom(cli.env), ...(reason === undefined ? {} : { reason }) };
    return sayAnswer(cli, workflowId, await new Deployments(reach.client).say(workflowId, message, word));
  });
}
