import { condition, continueAsNew, patched, proxyActivities, setHandler, workflowInfo } from '@temporalio/workflow';
import type { AnyWorkerActivities, Chain } from '../activities/activities.js';
import { releaseSignal } from './messages.js';

const { isChainOpen } = proxyActivities<AnyWorkerActivities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '1s', maximumInterval: '30s' },
});

const FIRST_LOOK_MS = 30_000;
const LONGEST_PAUSE_MS = 600_000;

/**
 * The right to change a stack, held for as long as this workflow is open: its id is fixed, so there is one at a time. It
 * ends when its holder says so, when the holder's run closes (by the parent's close policy), or when it finds that
 * the holder's chain has ended, which the close policy misses after a `workflow reset`. One that is held for weeks goes on in a new
 * history before the server ends it for the length of its own.
 */
export async function lease(held: { holder: Chain }): Promise<void> {
  let released = false;
  setHandler(
    releaseSignal,
    ({ workflowId, firstRunId }) => {
      released ||= workflowId === held.holder.workflowId && firstRunId === held.holder.firstRunId;
    },
    { description: 'The holder is done with the stack' },
  );
  for (let pauseMs = FIRST_LOOK_MS; !released; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    if (await condition(() => released, pauseMs)) return;
    if (!(await isChainOpen({ chain: held.holder })) || released) return;
    if (isLong()) await continueAsNew<typeof lease>(held);
  }
}

function isLong(): boolean {
  return workflowInfo().continueAsNewSuggested && patched('lease-continues-as-new');
}
