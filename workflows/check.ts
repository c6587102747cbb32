import { checkInput } from '../src/spec/check-input.js';
import type { CheckReport } from '../src/spec/check-report.js';
import { hostActivities } from './activity-proxies.js';
import { lookedUp } from './looked-up.js';
import { parseInput } from './parse-input.js';

/** One look at a stack, or at what `only` and `services` name of it, on demand. It changes nothing and needs no lease. */
export async function check(request?: unknown): Promise<CheckReport> {
  const { stack, host, only, services } = parseInput(checkInput, request, 'a look at a stack');
  return lookedUp({ stack, host }, (on) =>
    hostActivities(on).looking.checkStack.executeWithOptions({ summary: `look at ${only ?? stack}` }, [
      { stack, services, ...(only === undefined ? {} : { only }) },
    ]),
  );
}
