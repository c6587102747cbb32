import { describe, expect, it } from '@jest/globals';
import type { Client } from '@temporalio/client';
import { readPresence } from '../../../src/presence/read-presences.js';

const [SCHEDULED, STARTED, CANCEL_REQUESTED] = [1, 2, 3];

function temporalWith(...watches: { state: number; seconds?: number }[]): Client {
  const pendingActivities = watches.map(({ state, seconds }) => ({
    activityType: { name: 'watchHost' },
    state,
    ...(seconds === undefined ? {} : { lastHeartbeatTime: { seconds } }),
  }));
  const facts = { host: 'h1', version: '1', stacks: [], running: [] };
  const description = { memo: { facts }, status: { name: 'RUNNING' }, raw: { pendingActivities } };
  const handle = { describe: () => Promise.resolve(description) };
  return { workflow: { getHandle: () => handle } } as unknown as Client;
}

describe('a host, as its presence tells', () => {
  it('is at work while a worker is at the watch', async () => {
    expect(await readPresence(temporalWith({ state: STARTED, seconds: 7 }), 'h1')).toMatchObject({
      alive: true,
      lastSeenMs: 7000,
    });
    expect(await readPresence(temporalWith({ state: SCHEDULED }), 'h1')).toMatchObject({ alive: false });
    expect(await readPresence(temporalWith(), 'h1')).toMatchObject({ alive: false });
  });

  it('is at work while the watch of the worker before is still to be given up', async () => {
    const [before, now] = [
      { state: CANCEL_REQUESTED, seconds: 3 },
      { state: STARTED, seconds: 7 },
    ];
    for (const watches of [
      [before, now],
      [now, before],
    ]) {
      expect(await readPresence(temporalWith(...watches), 'h1')).toMatchObject({ alive: true, lastSeenMs: 7000 });
    }
  });
});
