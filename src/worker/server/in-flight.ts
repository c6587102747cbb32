import type { Reach } from '../../client/connect.js';
import { Deployments } from '../../client/deployments.js';
import { openRuns } from '../../client/runs.js';
import type { Progress } from '../../spec/progress.js';

/** Whoever wants to leave is not kept waiting for a worker that does not answer. */
const ANSWER_WITHIN_MS = 1000;

/** One line for each open run: where it stands. Empty when none is open, or when nobody can be asked. */
export async function runsInFlight({ client }: Reach): Promise<string[]> {
  const deployments = new Deployments(client);
  const open = await client.withDeadline(Date.now() + ANSWER_WITHIN_MS, () => openRuns(client)).catch(() => []);
  return Promise.all(
    open.map(async ({ workflowId }) => {
      const progress = await deployments.progress(workflowId, ANSWER_WITHIN_MS).catch(() => undefined);
      return `${workflowId} stands at ${progress ? whereItStands(progress) : 'a place that no worker tells'}`;
    }),
  );
}

/** What a run is doing, in a few words: `replace api, 4 of 9 steps done`. */
export function whereItStands({ lines, phase }: Progress): string {
  const running = lines.filter(({ state }) => state === 'running').map(({ title }) => title);
  const done = lines.filter(({ state }) => state === 'done').length;
  return `${running.length > 0 ? running.join(' and ') : phase}, ${done} of ${lines.length} steps done`;
}
