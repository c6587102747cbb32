import { activityInfo, heartbeat } from '@temporalio/activity';
import type { GateCursor } from '../src/gates/judge-service.js';
import type { Verdict } from '../src/gates/verdict.js';
import type { HostActivities } from './activities.js';
import { settleUnless } from './settle-gate.js';
import type { World } from './world.js';

type Cursors = Record<string, GateCursor>;

/** Safe to repeat because it only looks; the cursors of all services are in the heartbeats. */
export function judgeServices(world: World): HostActivities['judgeServices'] {
  return async ({ services, question, untilOneFails, ...where }) => {
    const recalled = (activityInfo().heartbeatDetails as Cursors | null | undefined) ?? {};
    const cursors: Cursors = { ...recalled };
    const over = new AbortController();
    const asked = question === 'awaitHealth' ? 'first-well' : 'stays-well';
    const judge = async ({ service, gate }: (typeof services)[number]): Promise<Verdict | undefined> => {
      const note = (cursor: GateCursor): void => {
        cursors[service] = cursor;
        heartbeat(cursors);
      };
      const memory = { recalled: recalled[service], note };
      const verdict = await settleUnless(over.signal, world, { ...where, service, gate }, asked, memory);
      if (untilOneFails && verdict?.verdict === 'fail') over.abort();
      return verdict;
    };
    return (await allOrNone(services.map(judge), over)).filter((verdict) => verdict !== undefined);
  };
}

/** Waits for all; where one throws, the others stop looking before that is passed on. */
async function allOrNone<T>(works: Promise<T>[], over: AbortController): Promise<T[]> {
  for (const work of works) work.catch(() => over.abort());
  await Promise.allSettled(works);
  return Promise.all(works);
}
