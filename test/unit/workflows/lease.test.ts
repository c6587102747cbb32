import { describe, expect, it, jest } from '@jest/globals';
import type { Chain } from '../../../activities/activities.js';

/** What Temporal would do, as far as a lease asks for it: every wait ends in vain, until the holder's chain has ended. */
let isSuggested = false;
let isPatched = true;
let looks = 0;
const begun: unknown[] = [];
jest.unstable_mockModule('@temporalio/workflow', () => ({
  condition: async () => false,
  setHandler: () => undefined,
  defineSignal: () => ({}),
  defineUpdate: () => ({}),
  defineQuery: () => ({}),
  proxyActivities: () => ({ isChainOpen: async () => ++looks < 5 }),
  workflowInfo: () => ({ continueAsNewSuggested: isSuggested && looks >= 2 }),
  patched: () => isPatched,
  continueAsNew: async (held: unknown) => {
    begun.push(held);
    throw new Error('continued as new');
  },
}));
const { lease } = await import('../../../workflows/lease.js');

const held: { holder: Chain } = { holder: { workflowId: 'deploy', firstRunId: 'first' } };

describe('a lease that is held for weeks', () => {
  it('goes on in a new history where the server suggests that', async () => {
    [isSuggested, isPatched, looks] = [true, true, 0];
    await expect(lease(held)).rejects.toThrow('continued as new');
    expect(begun).toEqual([held]);
    expect(looks).toBe(2);
  });

  it('stays in a history that has gone on beyond that point before', async () => {
    [isSuggested, isPatched, looks] = [true, false, 0];
    await lease(held);
    expect(looks).toBe(5);
  });

  it('ends with its holder where nothing is suggested', async () => {
    [isSuggested, isPatched, looks] = [false, true, 0];
    await lease(held);
    expect(looks).toBe(5);
  });
});
