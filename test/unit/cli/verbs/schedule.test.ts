import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { addStack } from '../../../../src/store/registry.js';
import { surroundings } from '../../../support/cli-surroundings.js';
import { grpcFailure } from '../../../support/grpc-failure.js';
import { noNamespaceOfLooks } from '../../../support/no-namespace-of-looks.js';

/** The schedules of a Temporal, by their ids, each with what was said of it last; undefined while nothing was. */
let schedules: Map<string, { paused: boolean; note?: string }>;
const client = {
  options: { namespace: 'default' },
  withDeadline: (_until: number, ask: () => Promise<unknown>) => ask(),
  workflowService: {
    ...noNamespaceOfLooks,
    describeSchedule: async ({ scheduleId: id }: { scheduleId: string }) => {
      if (!schedules.has(id)) throw grpcFailure(5, 'not found');
      return {};
    },
  },
  schedule: {
    getHandle: (id: string) => ({
      pause: async (note: string) => void schedules.set(id, { paused: true, note }),
      unpause: async (note: string) => void schedules.set(id, { paused: false, note }),
    }),
  },
};
jest.unstable_mockModule('../../../../src/cli/with-temporal.js', () => ({
  withTemporal: async (_cli: unknown, act: (reach: object) => Promise<unknown>) =>
    act({ client, address: 'here:7233', namespace: 'default' }),
}));
const { main } = await import('../../../../src/cli/main.js');

let home: string;
beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ek-schedule-'));
  const lists = { files: [], envFiles: [], profiles: [], capturedEnv: [] };
  const entry = { name: 'shop', directory: home, ...lists, addedAt: '2026-01-01T00:00:00Z' };
  await addStack({ home, lockDir: home }, entry, {});
  schedules = new Map(
    ['health/here/shop', 'backup/here/shop', 'health/there/shop'].map((id) => [id, { paused: true }]),
  );
});
afterEach(() => rm(home, { recursive: true, force: true }));

async function schedule(...argv: string[]) {
  const around = surroundings({ EVENKEEL_HOME: home, USER: 'ann' });
  const exitCode = await main(['-p', 'shop', '--host', 'here', 'schedule', ...argv], around);
  return { exitCode, err: around.err.text };
}

describe('schedule resume', () => {
  it('lets the paused one of a kind go on, and notes who said so and why', async () => {
    expect(await schedule('resume', 'health', '--reason', 'it has moved')).toEqual({
      exitCode: 0,
      err: 'resumed health of shop on here\n',
    });
    expect(Object.fromEntries(schedules)).toEqual({
      'health/here/shop': { paused: false, note: expect.stringMatching(/^resumed by ann@.*: it has moved$/) },
      'backup/here/shop': { paused: true },
      'health/there/shop': { paused: true },
    });
  });

  it('lets all of the stack go on where no kind is named, and none of another host', async () => {
    expect((await schedule('resume')).exitCode).toBe(0);
    expect([...schedules].filter(([, { paused }]) => paused).map(([id]) => id)).toEqual(['health/there/shop']);
  });

  it('says what there is where the kind is not scheduled', async () => {
    const { exitCode, err } = await schedule('resume', 'drill');
    expect([exitCode, err]).toEqual([2, expect.stringContaining('there is health, backup')]);
  });
});
