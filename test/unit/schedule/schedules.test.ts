import { describe, expect, it } from '@jest/globals';
import { bringAllHome } from '../../../src/schedule/bring-home.js';
import type { ScheduleHomes } from '../../../src/schedule/schedule-homes.js';
import { pauseSchedule, triggerSchedule } from '../../../src/schedule/schedules.js';
import { grpcFailure } from '../../support/grpc-failure.js';

const ref = (stack: string) => ({ kind: 'health' as const, host: 'alpha', stack });
const idOf = (stack: string): string => `health/alpha/${stack}`;

function grpc(code: number, details = 'refused'): Error {
  return grpcFailure(code, details, details);
}

/** A namespace as its client shows it: what is scheduled in it, and whether it is paused. */
function namespace(name: string, ids: string[], refuses: string[] = []) {
  const has = new Map(ids.map((id) => [id, { paused: false, triggered: 0 }]));
  const find = (id: string) => {
    const found = has.get(id);
    if (!found) throw grpc(5);
    return found;
  };
  const client = {
    options: { namespace: name },
    withDeadline: (_until: number, ask: () => Promise<unknown>) => ask(),
    workflow: { count: async () => ({ count: 0 }) },
    workflowService: {
      describeSchedule: async ({ scheduleId: id }: { scheduleId: string }) => {
        if (refuses.includes(id)) throw grpc(13, `${id} is not told`);
        return { schedule: { state: find(id) } };
      },
      createSchedule: async ({ scheduleId: id }: { scheduleId: string }) => {
        if (has.has(id)) throw grpc(6);
        has.set(id, { paused: false, triggered: 0 });
      },
      deleteSchedule: async ({ scheduleId: id }: { scheduleId: string }) => {
        find(id);
        has.delete(id);
      },
    },
    schedule: {
      list: async function* () {
        for (const id of [...has.keys()]) yield { scheduleId: id };
      },
      getHandle: (id: string) => ({
        pause: async () => void (find(id).paused = true),
        trigger: async () => void (find(id).triggered += 1),
      }),
    },
  };
  return { has, client };
}

function homesOf(runs: ReturnType<typeof namespace>, checks: ReturnType<typeof namespace>): ScheduleHomes {
  return { runs: runs.client, checks: checks.client } as unknown as ScheduleHomes;
}

describe('a schedule of looks', () => {
  it('that is in both namespaces is paused as one: no copy of it goes on', async () => {
    const [runs, checks] = [namespace('default', [idOf('shop')]), namespace('default-checks', [idOf('shop')])];
    await pauseSchedule(homesOf(runs, checks), ref('shop'), 'a test');
    expect([...runs.has.keys()]).toEqual([]);
    expect(checks.has.get(idOf('shop'))).toMatchObject({ paused: true });
  });

  it('that is still among the runs is brought home before it is triggered', async () => {
    const [runs, checks] = [namespace('default', [idOf('shop')]), namespace('default-checks', [])];
    await triggerSchedule(homesOf(runs, checks), ref('shop'));
    expect([...runs.has.keys()]).toEqual([]);
    expect(checks.has.get(idOf('shop'))).toMatchObject({ triggered: 1 });
  });
});

it('brings home all looks of a host, though one of them cannot be brought, and says why that is', async () => {
  const ids = ['blog', 'shop', 'wiki'].map(idOf);
  const runs = namespace('default', [...ids, 'health/beta/shop', 'backup/alpha/shop'], [idOf('blog')]);
  const checks = namespace('default-checks', [idOf('wiki')]);
  await expect(bringAllHome(homesOf(runs, checks), 'alpha')).rejects.toThrow('health/alpha/blog is not told');
  expect([...runs.has.keys()]).toEqual([idOf('blog'), 'health/beta/shop', 'backup/alpha/shop']);
  expect([...checks.has.keys()].sort()).toEqual([idOf('shop'), idOf('wiki')]);
});
