import { expect, it } from '@jest/globals';
import { withQuestions } from '../../../../src/cli/status/asking-runs.js';
import type { StackStatus } from '../../../../src/cli/status/look-at-stacks.js';
import type { Progress } from '../../../../src/spec/progress.js';
import type { Question } from '../../../../src/spec/question.js';

const stack = (name: string, ...running: string[]): StackStatus => ({ stack: name, services: [], running });

it('says what runs ask, and passes over those that ask nothing or that nobody answers for', async () => {
  const question: Question = {
    ...{ run: 'asking', what: 'restore api', why: 'driver failed', look: 'docker ps', sinceMs: 0 },
    answers: [{ how: 'retry', means: 'it is tried again' }],
  };
  const progress = async (run: string): Promise<Progress> => {
    if (run === 'unheard') throw new Error('no worker');
    const stands = { stack: 'shop', phase: 'rollback' as const, lines: [], warnings: [] };
    return run === 'asking' ? { ...stands, asks: question } : stands;
  };
  const stacks = [stack('shop', 'asking', 'unheard'), stack('notes', 'busy'), stack('idle')];
  expect(await withQuestions({ progress }, stacks)).toEqual([{ ...stacks[0], asks: [question] }, stacks[1], stacks[2]]);
});
