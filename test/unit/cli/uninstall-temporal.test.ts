import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import type { Layout } from '../../../src/store/layout.js';
import { testCli } from '../../support/cli-surroundings.js';
import { noNamespaceOfLooks } from '../../support/no-namespace-of-looks.js';

/** A Temporal that is not ours alone. */
let schedules: string[];
let presences: string[];
const client = {
  options: { namespace: 'default' },
  withDeadline: (_until: number, ask: () => Promise<unknown>) => ask(),
  workflowService: {
    ...noNamespaceOfLooks,
    deleteSchedule: async (of: { scheduleId: string }) =>
      void (schedules = schedules.filter((each) => each !== of.scheduleId)),
  },
  schedule: {
    list: async function* () {
      for (const scheduleId of schedules)
        yield { scheduleId, state: { paused: false }, info: { recentActions: [], nextActionTimes: [] } };
    },
  },
  workflow: {
    getHandle: (id: string) => ({
      describe: async () => ({ status: { name: 'RUNNING' }, memo: { facts: { host: id.slice(5) } }, raw: {} }),
      terminate: async () => void (presences = presences.filter((each) => each !== id)),
    }),
  },
};
const withTemporal = async (_cli: unknown, act: (reach: object) => Promise<unknown>) =>
  act({ client, address: 'there:7233', namespace: 'default' });
jest.unstable_mockModule('../../../src/cli/with-temporal.js', () => ({
  withTemporal,
  withTemporalIfThere: withTemporal,
}));
const { inTemporal } = await import('../../../src/cli/uninstall/in-temporal.js');

let layout: Layout;
beforeEach(async () => {
  const home = await mkdtemp(path.join(os.tmpdir(), 'ek-uninstall-'));
  layout = { home, lockDir: home };
  await writeFile(path.join(home, 'host.json'), '{"host":"here"}');
  schedules = ['health/here/shop', 'backup/here/shop', 'health/there/shop', 'somebody-elses'];
  presences = ['host/here', 'host/there'];
});
afterEach(() => rm(layout.home, { recursive: true, force: true }));

it("takes this host's schedules and presence out of a Temporal elsewhere, and nobody else's", async () => {
  const found = await inTemporal(testCli({}, { EVENKEEL_HOME: layout.home }), layout);
  expect(found).toMatchObject([
    { what: 'schedules', place: 'backup/here/shop, health/here/shop in Temporal at there:7233' },
    { what: 'presence', place: 'host/here in Temporal at there:7233' },
  ]);
  for (const one of found) await one.remove!();
  expect([schedules, presences]).toEqual([['health/there/shop', 'somebody-elses'], ['host/there']]);
});
