import { Deployments } from '../../client/deployments.js';
import { ClientError } from '../../client/errors.js';
import type { Question } from '../../spec/question.js';
import type { Cli } from '../terminal.js';
import { withTemporalIfThere } from '../with-temporal.js';
import type { StackStatus } from './look-at-stacks.js';

const ANSWER_WITHIN_MS = 2000;

/** The same stacks with what their open runs ask. Runs that cannot be heard, since nobody answers for them, are passed over. */
export async function withQuestions(cli: Cli, stacks: StackStatus[]): Promise<StackStatus[]> {
  if (stacks.every(({ running }) => running.length === 0)) return stacks;
  try {
    return await withTemporalIfThere(cli, ({ client }) => heard(new Deployments(client), stacks));
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    return stacks;
  }
}

/** The same, by whoever can ask runs where they stand. */
export async function heard(deployments: Pick<Deployments, 'progress'>, stacks: StackStatus[]): Promise<StackStatus[]> {
  const questionOf = async (run: string): Promise<Question | undefined> => {
    const progress = await deployments.progress(run, ANSWER_WITHIN_MS).catch(() => undefined);
    return progress?.asks;
  };
  return Promise.all(
    stacks.map(async (stack) => {
      const asks = (await Promise.all(stack.running.map(questionOf))).filter((question) => question !== undefined);
      return asks.length === 0 ? stack : { ...stack, asks };
    }),
  );
}
