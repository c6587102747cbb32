import type { Activities } from '../../activities/activities.js';
import { twinOf } from '../../test/support/fake-steps.js';
import { held } from '../../test/support/latch.js';
import { say } from '../../test/support/say.js';
import type { StagedWay } from './stage.js';
import { back, BY, firstly, INVALID, notBegun, PLAIN, replaced, untilCancelled } from './staged-steps.js';

const BEGUN = { epoch: 1, runFolder: '/runs/1' };

/** What a run that was reset finds of its former self, which has begun to replace one service. */
const FOUND = {
  ...{ epoch: 2, runFolder: '/runs/2' },
  capture: {
    ...{ release: '1', folder: 'runs/2/capture' },
    formerSelf: { begun: ['db'], services: ['db', 'api'], frozen: { folder: 'runs/1/frozen' } },
  },
};

/** What a configuration of today asks of a deployment at the most. */
const IN_FULL: Partial<Activities> = {
  freezeConfig: async () => ({
    ...{ frozen: { folder: 'runs/1/frozen', hash: 'f' }, findings: [], rehearsal: 'required', scheduled: true },
    images: [
      { service: 'api', ref: 'shop-api', source: 'build' },
      { service: 'db', ref: 'postgres:17', source: 'pull' },
    ],
  }),
  deriveTwin: async () => ({
    ...{ outside: [], findings: [] },
    twin: { ...twinOf([['db'], ['api']]), commands: { api: ['node --check server.js'] } },
  }),
  recordRelease: async () => ({ release: '2', collect: true, probation: { services: ['api'], forMs: 1000 } }),
};

/** Reset while a service is being replaced. */
function resetMeanwhile(way: Pick<StagedWay, 'name' | 'end' | 'steps'>, activity?: string): StagedWay {
  const { step: replaceService, letGo } = held(replaced);
  return {
    ...way,
    input: PLAIN,
    steps: { examineLease: async () => ({ state: 'yours' }), replaceService, restoreService: back, ...way.steps },
    meanwhile: async (run, stage) => {
      await stage.called('replaceService db');
      const again = await stage.reset(run, activity);
      letGo();
      return again;
    },
  };
}

/** Aborted while it is at a step. */
function abortedAt(
  name: string,
  call: string,
  steps: Partial<Activities>,
  input: object = { stack: 'shop' },
): StagedWay {
  return {
    ...{ name, end: 'aborted', steps, input },
    meanwhile: async (run, stage) => {
      await stage.called(call);
      await say(run, 'abort', BY);
    },
  };
}

/** Waits its turn behind another one. */
function queued(): StagedWay {
  const { step: preflight, letGo } = held(async () => []);
  const { step: awaitLease, letGo: turn } = held(async () => undefined);
  return {
    ...{ name: 'deploy-queued', end: 'succeeded' },
    steps: { preflight, awaitLease, examineLease: async () => ({ state: 'held', by: 'another' }) },
    meanwhile: async (run, stage) => {
      await stage.called('preflight');
      const next = await stage.start({ stack: 'shop', whenBusy: 'queue' });
      await stage.called('awaitLease');
      letGo();
      await run.result();
      turn();
      return next;
    },
  };
}

/** The staged ways of deployments that nobody is asked about: all that one does, aborts in each phase, resets. */
export const STAGED_DEPLOYMENTS: StagedWay[] = [
  { name: 'deploy-invalid', end: 'InvalidInput', input: INVALID },
  { name: 'deploy-in-full', end: 'succeeded', steps: IN_FULL },
  queued(),
  abortedAt('deploy-aborted-in-preflight', 'preflight', { preflight: untilCancelled }),
  abortedAt('deploy-aborted-in-build', 'buildImages', { buildImages: untilCancelled }),
  abortedAt('deploy-aborted-in-rehearsal', 'raiseStore', { raiseStore: untilCancelled }),
  abortedAt(
    ...(['deploy-aborted-in-replace', 'replaceService db', { replaceService: untilCancelled }] as const),
    PLAIN,
  ),
  {
    name: 'deploy-late',
    end: 'rejected',
    input: { stack: 'shop', deadline: '1s' },
    steps: { buildImages: untilCancelled },
  },
  resetMeanwhile({
    ...{ name: 'deploy-reset', end: 'succeeded' },
    steps: {
      beginRun: firstly(
        async () => BEGUN,
        async () => FOUND,
      ),
      captureStack: async () => FOUND.capture,
    },
  }),
  resetMeanwhile(
    {
      ...{ name: 'deploy-reset-in-its-middle', end: 'rolled-back' },
      steps: {
        beginRun: firstly(
          async () => BEGUN,
          async () => FOUND,
        ),
        preflight: firstly(async () => [], notBegun),
      },
    },
    'freezeConfig',
  ),
];
