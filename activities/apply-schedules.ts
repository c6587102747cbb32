import path from 'node:path';
import { scheduleHomes } from '../src/schedule/schedule-homes.js';
import { removeSchedule, setSchedule } from '../src/schedule/schedules.js';
import { SCHEDULE_KINDS, type ScheduleKind, type SchedulePolicy } from '../src/spec/schedule.js';
import { openFrozen } from '../src/store/frozen.js';
import { stackFolder } from '../src/store/layout.js';
import { readJson, writeJson } from '../src/store/private-file.js';
import type { HostActivities } from './activities.js';
import { withTurn } from './take-turn.js';
import type { World } from './world.js';

/**
 * Safe to repeat because a schedule is set to what it should be, whatever it is, and what the file is answerable for is noted before
 * anything is removed.
 */
export function applySchedules(world: World): HostActivities['applySchedules'] {
  return async (args) =>
    withTurn(world, args, async () => {
      const { layout, host, temporal } = world;
      const { stack, frozen: ref } = args;
      const { policy } = (await openFrozen(layout, stack, ref.folder)).spec;
      const { timezone, ...times }: SchedulePolicy = policy.schedule ?? { timezone: 'UTC' };
      const asked = SCHEDULE_KINDS.filter((kind) => times[kind] !== undefined);
      const before = await scheduledByFile(world, stack);
      // Both, until all is done: what is to be removed must not be forgotten by an attempt that dies.
      await noteScheduled(world, stack, [...new Set([...before, ...asked])]);
      const homes = await scheduleHomes(temporal);
      for (const kind of asked) await setSchedule(homes, { kind, host, stack, timezone, time: times[kind]! });
      const removed = before.filter((kind) => !asked.includes(kind));
      for (const kind of removed) await removeSchedule(homes, { kind, host, stack });
      await noteScheduled(world, stack, asked);
      return { set: asked, removed };
    });
}

/** Which schedules of a stack its file has set up: those go with their line in the file. */
export async function scheduledByFile({ layout }: Pick<World, 'layout'>, stack: string): Promise<ScheduleKind[]> {
  return (await readJson<ScheduleKind[]>(path.join(stackFolder(layout, stack), NOTE))) ?? [];
}

async function noteScheduled({ layout }: World, stack: string, kinds: ScheduleKind[]): Promise<void> {
  await writeJson(path.join(stackFolder(layout, stack), NOTE), kinds);
}

const NOTE = 'schedules.json';
