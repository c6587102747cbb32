import { healthCheckInput } from '../src/spec/check-input.js';
import type { HealthReport } from '../src/spec/check-report.js';
import { hostActivities, inHand } from './activity-proxies.js';
import { lookedUp } from './looked-up.js';
import { parseInput } from './parse-input.js';

/**
 * One scheduled look at a stack, which goes on from the one before: what fails in a row, and since when. A stack that is unhealthy
 * completes it, so that a schedule goes on; it fails only where nobody could look.
 */
export async function healthCheck(request?: unknown): Promise<HealthReport> {
  const { stack, host } = parseInput(healthCheckInput, request, 'a look at a stack');
  const summary = `look at ${stack}`;
  return lookedUp(
    { stack, host },
    async (on) =>
      // On a host of its own that is every look, and it costs Temporal half as much.
      (await inHand.lookIfHere.executeWithOptions({ summary }, [{ stack, host: on }])) ??
      (await hostActivities(on).looking.lookAtStack.executeWithOptions({ summary }, [{ stack }])),
  );
}
