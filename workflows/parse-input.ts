import { ApplicationFailure } from '@temporalio/workflow';
import { z } from 'zod';
import { INVALID_INPUT } from '../src/spec/outcome.js';

/**
 * The input of a run with its defaults. An input that is none ends the run at once with readable text, and so does an empty form,
 * which sends nothing. `what` it should have been: `a deployment`.
 */
export function parseInput<Schema extends z.ZodType>(
  schema: () => Schema,
  request: unknown,
  what: string,
  smallest = '{"stack":"shop"}',
): z.output<Schema> {
  const read = schema().safeParse(request ?? {});
  if (read.success) return read.data;
  throw ApplicationFailure.create({
    type: INVALID_INPUT,
    nonRetryable: true,
    message: `This is not ${what}: ${z.prettifyError(read.error)}\nThe smallest input is ${smallest}.`,
  });
}
