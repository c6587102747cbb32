import { ApplicationFailure, isCancellation, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import { z } from 'zod';
import { checkMarkdown } from '../src/spec/check-markdown.js';
import type { CheckReport } from '../src/spec/check-report.js';
import { COULD_NOT_LOOK, INVALID_INPUT } from '../src/spec/outcome.js';
import { anyWorker } from './activity-proxies.js';
import { messageOf } from './checklist.js';
import { attributeKey, writeAttributes } from './search-attributes.js';
import { applicationFailureIn, hostIsDown } from './turning-points.js';

/** The input of a look with its defaults; throws a failure that ends the run at once with readable text. */
export function parseLook<Schema extends z.ZodType>(schema: Schema, request: unknown): z.output<Schema> {
  const parsed = schema.safeParse(request ?? {});
  if (parsed.success) return parsed.data;
  throw ApplicationFailure.create({
    type: INVALID_INPUT,
    nonRetryable: true,
    message: `This is not a look at a stack: ${z.prettifyError(parsed.error)}\nThe smallest input is {"stack":"shop"}.`,
  });
}

/**
 * Finds the stack, has it looked at, and makes the answer visible: as result, as current details, and by search attributes. Whatever
 * the look finds completes the run; only a look that could not be made fails it.
 */
export async function lookedUp<Report extends CheckReport>(
  { stack, host }: { stack: string; host?: string | undefined },
  look: (host: string) => Promise<Report>,
): Promise<Report> {
  try {
    const located = await locate(stack, host);
    const report = await look(located.host);
    setCurrentDetails(checkMarkdown(report));
    if (located.indexed) writeAttributes({ stack, host: located.host, outcome: report.health });
    return report;
  } catch (error) {
    if (isCancellation(error)) throw error;
    const failure = applicationFailureIn(error);
    if (failure?.type === INVALID_INPUT) throw failure;
    throw ApplicationFailure.create({
      type: COULD_NOT_LOOK,
      nonRetryable: true,
      message: `${stack} could not be looked at, which says nothing of it: ${hostIsDown(error) ?? messageOf(error)}`,
    });
  }
}

/**
 * Where the host is given and the run was started with search attributes of ours, which a schedule sees to, there is nothing to find
 * out: they are registered.
 */
async function locate(stack: string, host: string | undefined): Promise<{ host: string; indexed: boolean }> {
  const indexed = workflowInfo().typedSearchAttributes.get(attributeKey('stack')) !== undefined;
  return host !== undefined && indexed
    ? { host, indexed }
    : anyWorker.locateStack({ stack, ...(host ? { host } : {}) });
}
