import type { Activities, FoundByHand, Restored } from '../../activities/activities.js';
import { say } from '../../test/support/say.js';
import type { StagedWay } from './stage.js';
import { back, BY, firstly, of } from './staged-steps.js';

/** What a step finds where somebody has made a container that nobody has seen. */
export function byHand(id: string): FoundByHand {
  return { containers: [id], untouched: true, changedByHand: [`shop-db-1 (${id}) is new`] };
}

/** Somebody has changed a service by hand. To each of these questions people say what becomes of it. */
export function changedByHand(
  way: Omit<StagedWay, 'meanwhile'>,
  { questions, how }: { questions: string[]; how: string },
): StagedWay {
  return {
    ...way,
    meanwhile: async (run, stage) => {
      for (const what of questions) {
        await stage.stands(run, `it asks: ${what}`, ({ asks }) => asks?.what === what);
        await say(run, 'resolve', { ...BY, how, what });
      }
    },
  };
}

/** A step that finds somebody's container of `db` the first time. */
function finding(id: string) {
  return firstly<unknown, (FoundByHand & { service: string }) | undefined>(
    async () => ({ ...byHand(id), service: 'db' }),
    async () => undefined,
  );
}

function backAfter(id: string): Activities['restoreService'] {
  const found = async (): Promise<Restored> => ({ ...byHand(id), state: 'running', remarks: [] });
  return firstly(found, back);
}

const ROLLBACKS = of('rollback', [
  changedByHand(
    { name: 'rollback-changed-by-hand', end: 'succeeded', steps: { restoreService: backAfter('strange') } },
    { questions: ['bring back db'], how: 'go-on' },
  ),
  changedByHand(
    {
      name: 'rollback-changed-by-hand-taken-back',
      end: 'rolled-back',
      steps: { restoreService: backAfter('strange') },
    },
    { questions: ['bring back db'], how: 'roll-back' },
  ),
]);

const RESTORES = of('restore', [
  changedByHand(
    {
      ...{ name: 'restore-changed-by-hand', end: 'succeeded' },
      steps: {
        restService: finding('strange'),
        swapData: finding('another'),
        restoreService: backAfter('the last'),
      },
    },
    { questions: ['stop api', 'replace the content of shop_pg', 'start db'], how: 'go-on' },
  ),
  changedByHand(
    {
      ...{ name: 'restore-changed-by-hand-taken-back', end: 'rolled-back' },
      steps: { restService: finding('strange'), restoreService: back },
    },
    { questions: ['stop api'], how: 'roll-back' },
  ),
]);

/** The staged ways of rollbacks and restores that find what somebody has changed by hand. */
export const STAGED_BY_HAND: StagedWay[] = [...ROLLBACKS, ...RESTORES];
