import type { Activities, AsideImage, Chain } from '../../activities/activities.js';
import type { Finding } from '../../src/spec/finding.js';
import type { Plan } from '../../src/plan/plan.js';
import { fakeSteps, twinOf } from '../support/fake-steps.js';
import type { Execution } from './execution.js';
import { ACT, type FakeStep, type Given, LOOK, type Stage, WAITS } from './fake-step.js';
import { aimAt, deploymentPlan, planTo } from './plans.js';
import type { Sickness } from './schedule.js';
import { recording, replacing, restoring, verdictOf } from './service-steps.js';
import type { FakeTemporal } from './temporal.js';

const ERROR: Finding = { rule: 'model', severity: 'error', message: 'this cannot work' };
/** The step that a run asks for, with what it was given. */
export function stepFor(stage: Stage, run: Execution, activity: string, args: unknown): FakeStep {
  const given = (args ?? {}) as Given;
  const own = STEPS[activity]?.(stage, run, given);
  if (own) return own;
  return { answer: () => plain(activity, args), lastsMs: LOOK };
}

/** What a step answers that is of no matter here. */
function plain(activity: string, args: unknown): unknown {
  return (fakeSteps().steps[activity as keyof Activities] as (given: unknown) => unknown)(args);
}

type Make = (stage: Stage, run: Execution, given: Given) => FakeStep;

const look = (answer: FakeStep['answer'], finds?: FakeStep['finds']): FakeStep => ({
  ...{ answer, lastsMs: LOOK },
  ...(finds ? { finds } : {}),
});

const STEPS: Record<string, Make> = {
  locateStack: () => look(() => ({ host: 'here', indexed: true })),
  examineLease: ({ temporal }, _run, { leaseId, contender }) => look(() => leaseState(temporal(), leaseId, contender)),
  awaitLease: ({ temporal }, _run, { leaseId, contender }) => ({
    ...look(() => undefined),
    declines: () => (leaseState(temporal(), leaseId, contender).state === 'held' ? WAITS : undefined),
  }),
  isChainOpen: ({ temporal }, _run, { chain }) =>
    look(() => temporal().open((chain as { workflowId: string }).workflowId) !== undefined),
  cancelOwnRun: ({ temporal }, run) => ({ ...look(() => undefined), act: () => temporal().cancel(run) }),

  beginRun: ({ host }, { identity: { runId } }, { dryRun }) => ({
    ...{ turn: 'alone', lastsMs: LOOK },
    act: () => void (dryRun || host.takeEpoch(runId)),
    answer: () => ({ epoch: dryRun ? 0 : host.epoch!.epoch, runFolder: `/runs/${runId}` }),
  }),
  freezeConfig: ({ shape, services }) =>
    look(
      () => ({
        ...{ frozen: { folder: 'frozen', hash: 'f' }, findings: [], rehearsal: shape.rehearsal, scheduled: true },
        images: services.flat().map((service, index, all) => ({
          ...{ service, ref: `shop-${service}` },
          source:
            shape.isJudged && index === all.length - 1 ? 'present' : shape.isPulled && index === 0 ? 'pull' : 'build',
        })),
      }),
      () => ({ findings: [ERROR], images: [] }),
    ),
  preflight: () =>
    look(
      () => [],
      () => [ERROR],
    ),
  checkImages: () =>
    look(
      () => [],
      () => [ERROR],
    ),
  captureStack: ({ host }, { identity: { runId } }) => ({
    ...{ turn: 'alone', lastsMs: LOOK },
    act: () => host.capture(runId),
    answer: () => {
      const { release } = host.capture(runId);
      return { folder: runId, ...(release === undefined ? {} : { release }) };
    },
  }),
  buildImages: (stage, run, { services }) => ({
    ...{ turn: 'alone', lastsMs: ACT },
    half: () => tag(stage, run, services!.slice(0, 1) as string[]),
    act: () => tag(stage, run, services as string[]),
    answer: () =>
      (services as string[]).map((one) => ({ ref: `shop-${one}`, id: stage.imageOf(run, one), durationMs: 1 })),
  }),
  pullImage: (stage, run, { service }) => ({
    ...{ turn: 'alone', lastsMs: ACT },
    act: () => tag(stage, run, [service!]),
    answer: () => ({ ref: `shop-${service}`, id: stage.imageOf(run, service!), durationMs: 1 }),
  }),
  planDeployment: (stage) => look(() => deploymentPlan(stage)),
  selectStores: ({ shape }) =>
    look(
      () => (shape.hasStores ? plain('selectStores', {}) : { stores: [], reused: [], left: [], findings: [] }),
      () => ({ stores: [], reused: [], left: [], findings: [ERROR] }),
    ),
  dumpStore: ({ host }, { identity: { runId } }) => ({
    ...{ lastsMs: ACT, half: () => void host.traces.add(`backup of ${runId}`) },
    answer: () => plain('dumpStore', {}),
  }),
  sealBackup: ({ host }, { identity: { runId } }, given) => ({
    ...{ lastsMs: LOOK, act: () => void host.traces.delete(`backup of ${runId}`) },
    answer: () => plain('sealBackup', given),
  }),
  discardBackup: ({ host }, { identity: { runId } }) => ({
    ...{ lastsMs: LOOK, act: () => void host.traces.delete(`backup of ${runId}`), answer: () => undefined },
  }),
  deriveTwin: ({ services, shape }, { identity: { runId } }, { mode }) =>
    look(
      () => ({
        ...{ outside: [], findings: [] },
        twin: {
          ...twinOf(mode === 'off' ? [] : [['db'], services[0]!]),
          ...{ project: `twin of ${runId}`, stores: shape.hasStores ? twinOf([]).stores : [] },
        },
      }),
      () => ({ outside: [], findings: [ERROR] }),
    ),
  raiseStore: ({ host }, { identity: { runId } }, given) => ({
    ...{ lastsMs: ACT, half: () => void host.traces.add(`twin of ${runId}`), answer: () => plain('raiseStore', given) },
  }),
  startOnTwin: ({ host }, { identity: { runId } }) => ({
    ...{ lastsMs: ACT, half: () => void host.traces.add(`twin of ${runId}`), answer: () => undefined },
  }),
  takeDownTwin: ({ host }, { identity: { runId } }) => ({
    ...{ lastsMs: ACT, act: () => void host.traces.delete(`twin of ${runId}`), answer: () => ({ leftovers: [] }) },
  }),

  replaceService: ({ host }, run, { step }) => replacing(host, run, step!),
  awaitHealth: (stage, run, given) => look(() => verdictOf(stage, run, given, given.service!, 'awaitHealth')),
  watchStability: (stage, run, given) => look(() => verdictOf(stage, run, given, given.service!, 'watchStability')),
  judgeServices: (stage, run, given) =>
    look(() =>
      (given.services as { service: string }[]).map(({ service }) =>
        verdictOf(stage, run, given, service, given['question'] as Sickness['question']),
      ),
    ),
  examineServices: (stage, run, given) =>
    look(() =>
      (given.services as string[]).map((service) => ({
        ...{ service, endpoints: verdictOf(stage, run, given, service, 'examine') },
        log: { ...verdictOf(stage, run, given, service, 'examine'), findings: [], lines: 0 },
      })),
    ),
  stopService: ({ host }, _run, { service, capture }) => ({
    ...{ turn: 'shared', isStubborn: true, lastsMs: ACT, answer: () => undefined },
    act: () => {
      const kept = host.found.get(capture!.folder)!.services[service!]!.map(({ id }) => id);
      for (const container of host.services[service!]!) if (!kept.includes(container.id)) container.isRunning = false;
    },
  }),
  restoreService: ({ host }, _run, { service, capture }) => restoring(host, service!, capture!),
  restoreTags: ({ host }, _run, { capture }) => ({
    ...{ turn: 'alone', lastsMs: LOOK, answer: () => ({ leftovers: [] }) },
    act: () => Object.assign(host.tags, host.found.get(capture!.folder)!.tags),
  }),
  clearUp: ({ host }, { identity: { runId } }) => ({
    ...{ turn: 'alone', lastsMs: LOOK, answer: () => ({ leftovers: [] }) },
    act: () => void host.traces.delete(`network of ${runId}`),
  }),
  recordRelease: (stage, run, { plan }) => recording(stage, run, plan as Plan),
  watchRelease: ({ sick, services }) => ({
    lastsMs: [1000, 300_000],
    answer: () =>
      services.flat().some((service) => sick(service, 'new', 'watchStability') === 'fail')
        ? { verified: 'sick', reason: 'crash loop' }
        : { verified: 'verified', reason: 'stayed well' },
  }),

  standAside: ({ host }, { identity: { runId } }) => ({
    ...{ turn: 'alone', lastsMs: LOOK, answer: () => ({ findings: [], images: host.aside.get(runId) }) },
    act: () => {
      const found = host.found.get(runId);
      if (!found) return;
      const pin = `images of ${runId}`;
      const made = Object.entries(host.tags).filter(([reference, id]) => id !== found.tags[reference]);
      host.aside.set(
        runId,
        made.map(([reference, imageId]) => ({ reference, imageId: imageId!, pin })),
      );
      if (made.length > 0) host.traces.add(pin);
      Object.assign(host.tags, found.tags);
      host.found.delete(runId);
    },
  }),
  takeUpImages: ({ host }, { identity: { runId } }, { images }) => ({
    ...{ turn: 'alone', lastsMs: LOOK, answer: () => undefined },
    act: () => {
      for (const { reference, imageId } of images as AsideImage[]) host.tags[reference] = imageId;
      host.traces.delete(`images of ${runId}`);
    },
  }),
  letImagesGo: ({ host }, { identity: { runId } }) => ({
    ...{ lastsMs: LOOK, act: () => void host.traces.delete(`images of ${runId}`), answer: () => undefined },
  }),

  chooseRollback: ({ host, services }, _run, { to, from }) =>
    look(
      () => {
        const release = (to as string | undefined) ?? String(Number(host.serving ?? 1) - 1);
        const isStale = from !== undefined && from !== host.serving;
        return {
          ...{ frozen: { folder: 'frozen', hash: 'f' }, target: { folder: 'target', hash: 't' }, release },
          references: services.flat().map((service) => `shop-${service}`),
          findings: isStale || !host.releases[Number(release) - 1] ? [ERROR] : [],
        };
      },
      () => ({ ...(plain('chooseRollback', {}) as object), findings: [ERROR] }),
    ),
  planRollback: (stage, { identity: { runId } }, { release }) => ({
    lastsMs: LOOK,
    act: () => aimAt(stage.host, `aim of ${runId}`, release as string),
    answer: () => ({
      plan: planTo(stage, (service) => stage.host.releases[Number(release) - 1]!.images[service]!),
      aim: { folder: `aim of ${runId}`, release: release as string },
    }),
  }),
};

function leaseState(temporal: FakeTemporal, leaseId: unknown, contender: unknown) {
  const lease = temporal.open(leaseId as string);
  if (!lease) return { state: 'free' };
  const { workflowId: by } = lease.memo as Chain;
  if (by === (contender as Chain).workflowId) return { state: 'yours' };
  if (temporal.open(by)) return { state: 'held', by };
  temporal.terminate(lease);
  return { state: 'free' };
}

function tag({ host, imageOf }: Stage, run: Execution, services: string[]): void {
  for (const service of services) host.tags[`shop-${service}`] = imageOf(run, service);
}
