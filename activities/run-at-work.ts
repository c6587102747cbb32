import { readAside } from '../src/store/aside.js';
import { readEpoch } from '../src/store/epoch.js';
import { runFolder } from '../src/store/layout.js';
import { closedAtMs } from './run-open.js';
import type { World } from './world.js';

/**
 * The workflow id of the run whose turn it is and that may be changing the stack, or may have done so since a moment; undefined
 * where there is none. One that stands aside holds nothing and changes nothing, however long it waits for people.
 */
export async function runAtWork(
  { layout, temporal }: Pick<World, 'layout' | 'temporal'>,
  stack: string,
  sinceMs = Infinity,
): Promise<string | undefined> {
  const turn = await readEpoch(layout, stack);
  if (!turn) return undefined;
  const { workflowId, runId } = turn;
  if (await readAside(runFolder(layout, stack, workflowId, runId))) return undefined;
  const closed = await closedAtMs(temporal, workflowId, runId);
  return closed !== undefined && closed >= sinceMs ? workflowId : undefined;
}
