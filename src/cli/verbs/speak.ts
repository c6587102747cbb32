import { Deployments, type WordOf } from '../../client/deployments.js';
import { requireAnyWorker } from '../../client/pollers.js';
import { durationMs } from '../../spec/deploy-input.js';
import type { Progress } from '../../spec/progress.js';
import { UsageError } from '../errors.js';
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

/** Has a run wait before it replaces the next services. */
export async function pause(cli: Cli, run: string | undefined, flags: SpeakFlags): Promise<number> {
  return speak(cli, run, flags, 'pause', () => true);
}

/** Has a run go on after a pause. */
export async function resume(cli: Cli, run: string | undefined, flags: SpeakFlags): Promise<number> {
  return speak(cli, run, flags, 'resume', isPaused);
}

/** Gives a run more time: for its approval, the gates at work, and its own deadline. */
export async function extend(cli: Cli, run: string | undefined, flags: SpeakFlags & { for: string }): Promise<number> {
  if (!durationMs(flags.for))
    throw new UsageError(`--for ${flags.for} is not a duration`, 'write it like 90s, 5m or 1h30m');
  return speak(cli, run, flags, 'extendDeadline', () => true);
}

/** Answers what a run asks, where it can go neither on nor back without a person. */
export async function resolve(
  cli: Cli,
  run: string | undefined,
  flags: SpeakFlags & { how: string; what?: string },
): Promise<number> {
  return speak(cli, run, flags, 'resolve', ({ asks }) => asks !== undefined);
}

function isPaused({ lines }: Progress): boolean {
  return lines.some(({ title, state }) => title === 'paused' && state === 'running');
}

/** Says something to a run: the one named, else the stack's open one. */
async function speak<M extends 'reject' | 'pause' | 'resume' | 'extendDeadline' | 'resolve'>(
  cli: Cli,
  run: string | undefined,
  flags: Omit<WordOf<M>, 'by'>,
  message: M,
  isMeant: (progress: Progress) => boolean,
): Promise<number> {
  return withTemporal(cli, async (reach) => {
    await requireAnyWorker(reach);
    const workflowId = run ?? (await openRun(cli, reach, message, isMeant));
    const word = { ...flags, by: performerFrom(cli.env) } as WordOf<M>;
    return sayAnswer(cli, workflowId, await new Deployments(reach.client).say(workflowId, message, word));
  });
}
