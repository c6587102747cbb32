import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Context } from '@temporalio/activity';
import type { Activities } from '../../activities/activities.js';
import type { HostFacts } from '../../src/spec/presence.js';
import { arrivedSignal } from '../../workflows/messages.js';
import { eventually } from '../support/eventually.js';
import { WorkflowWorld } from '../support/workflow-world.js';

let world: WorkflowWorld;

beforeAll(async () => (world = await WorkflowWorld.start()), 60_000);
afterAll(() => world.stop());

const shop = { stack: 'shop', directory: '/srv/shop' };
const notes = { stack: 'notes', directory: '/srv/notes' };

/** A host on which a stack is added once it is watched, and which then stays as it is. */
const watchHost: Activities['watchHost'] = async ({ known }) => {
  if (known.stacks.length < 2) return { ...known, stacks: [...known.stacks, notes] };
  return Context.current().cancelled;
};

it('says what its host says last, be it by a change or by a new worker, until it is cancelled', async () => {
  await world.withSteps({ watchHost }, async (start, calls, host) => {
    const first: HostFacts = { host, version: '0.1.0', stacks: [shop], running: [] };
    const handle = await start(first, 'presence');
    const said = async (): Promise<unknown> => (await handle.describe()).memo?.['facts'];
    const says = async (facts: HostFacts): Promise<void> =>
      eventually(
        `it says ${JSON.stringify(facts)}`,
        async () => JSON.stringify(await said()) === JSON.stringify(facts),
      );

    await says({ ...first, stacks: [shop, notes] });
    const updated = { ...first, version: '0.2.0', stacks: [notes, shop] };
    await handle.signal(arrivedSignal, updated);
    await says(updated);
    await eventually('it is watched anew', () => calls.length === 3);

    await handle.cancel();
    await expect(handle.result()).rejects.toThrow();
    expect((await handle.describe()).status.name).toBe('CANCELLED');
  });
}, 60_000);
