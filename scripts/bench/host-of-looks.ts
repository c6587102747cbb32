import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { inLanes } from '../../src/docker/in-lanes.js';
import { type ScheduleHomes, scheduleHomes } from '../../src/schedule/schedule-homes.js';
import type { ScheduleRef } from '../../src/schedule/schedule-options.js';
import { setSchedule } from '../../src/schedule/schedules.js';
import type { ScheduleTime } from '../../src/spec/schedule.js';
import { hostIdentity } from '../../src/store/host-identity.js';
import { FakeEngine } from './fake-engine.js';
import { manyStacks } from './many-stacks.js';
import type { How } from './measurement.js';
import { layoutIn, OwnServer } from './own-server.js';

/** Temporal is still at work on schedules for a while after they have been set. */
const SETTLED_AFTER_MS = 15_000;

/** One worker's host, with a schedule of looks for each of its stacks. */
export interface HostOfLooks {
  server: OwnServer;
  homes: Required<ScheduleHomes>;
  /** The schedules. */
  refs: ScheduleRef[];
}

/**
 * Does something on a host of many stacks, each with a schedule of its own for its looks; the engine is a fake one, so that it is
 * the looks that are measured. Nothing is left of it afterwards.
 */
export async function onHostOfLooks<T>(
  { stacks: count, time, say }: { stacks: number; time: ScheduleTime; say: How['say'] },
  act: (host: HostOfLooks) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'ek-bench-'));
  const engine = await FakeEngine.start(path.join(folder, 'docker.sock'));
  try {
    say(`${count} stacks are written down …`);
    const stacks = await manyStacks(layoutIn(folder), { engine, folder, count });
    const server = await OwnServer.start({ folder, env: { DOCKER_HOST: engine.address } });
    try {
      say(`${count} schedules are set …`);
      const host = await withSchedules(server, stacks, time);
      await pause(SETTLED_AFTER_MS);
      return await act(host);
    } finally {
      await server.stop();
    }
  } finally {
    await engine.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function withSchedules(server: OwnServer, stacks: string[], time: ScheduleTime): Promise<HostOfLooks> {
  const { runs, checks } = await scheduleHomes(server.client);
  if (!checks) throw new Error('the server has no namespace of looks');
  const homes = { runs, checks };
  const { host } = await hostIdentity(server.layout);
  const refs = stacks.map((stack): ScheduleRef => ({ kind: 'health', host, stack }));
  await inLanes(16, refs, (ref) => setSchedule(homes, { ...ref, time, timezone: 'UTC' }));
  return { server, homes, refs };
}
