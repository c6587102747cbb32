import type { Deployments } from '../../client/deployments.js';
import type { Question } from '../../spec/question.js';
import type { StackStatus } from './look-at-stacks.js';

const ANSWER_WITHIN_MS = 2000;

/** The same stacks with what their open runs ask. Runs that cannot be heard, since nobody answers for them, are passed over. */
export async function withQuestions(
  deployments: Pick<Deployments, 'progress'>,
  stacks: StackStatus[],
): Promise<StackStatus[]> {
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
