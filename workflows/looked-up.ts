import { setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import { checkMarkdown } from '../src/spec/check-markdown.js';
import type { CheckReport } from '../src/spec/check-report.js';
import { COULD_NOT_LOOK } from '../src/spec/outcome.js';
import { anyWorker } from './activity-proxies.js';
import { attributeKey, writeAttributes } from './search-attributes.js';
import { couldNot } from './turning-points.js';

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
    return couldNot(error, COULD_NOT_LOOK, `${stack} could not be looked at, which says nothing of it`);
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
