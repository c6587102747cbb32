import { ApplicationFailure, Context } from '@temporalio/activity';
import type { Activities } from '../../activities/activities.js';
import { FAILURE } from '../../activities/failures.js';
import type { Plan, Step } from '../../src/plan/plan.js';
import type { CheckReport } from '../../src/spec/check-report.js';
import type { Twin } from '../../src/spec/rehearsal.js';

/** Steps that do nothing but tell what was asked of them, in order; a test overrides those it is about. */
export function fakeSteps(overrides: Partial<Activities> = {}): { steps: Activities; calls: string[] } {
  const calls: string[] = [];
  const turnAndFolder = { epoch: 1, runFolder: '/runs/1' };
  const pass = (service: string) => ({ verdict: 'pass' as const, reason: 'well', service, durationMs: 1 });
  const steps: Activities = {
    locateStack: async () => ({ host: 'here', indexed: false }),
    examineLease: async () => ({ state: 'free' }),
    awaitLease: async () => undefined,
    isChainOpen: async () => true,
    cancelOwnRun: async () => {
      const { workflowId, runId } = Context.current().info.workflowExecution!;
      await Context.current().client.workflow.getHandle(workflowId, runId).cancel();
    },
    watchHost: async ({ known }) => known,
    beginRun: async () => turnAndFolder,
    freezeConfig: async () => ({
      frozen: { folder: 'runs/1/frozen', hash: 'f' },
      findings: [],
      images: [{ service: 'api', ref: 'shop-api', source: 'build' }],
      rehearsal: 'auto',
    }),
    preflight: async () => [],
    captureStack: async () => ({ release: '1', folder: 'runs/1/capture' }),
    buildImages: async () => [{ ref: 'shop-api', id: 'sha256:2', durationMs: 1 }],
    pullImage: async () => ({ ref: 'shop-api', id: 'sha256:2', durationMs: 1 }),
    planDeployment: async () => planOf([['db'], ['api', 'worker'], ['web']]),
    replaceService: async () => ({ containers: ['new'] }),
    awaitHealth: async ({ service }) => pass(service),
    watchStability: async ({ service }) => pass(service),
    // Told service by service, so that a test overrides one question, whoever asks it.
    judgeServices: async ({ services, question, ...where }) =>
      Promise.all(services.map((one) => made[question]({ ...where, ...one }))),
    noteLogBaseline: async () => undefined,
    examineServices: async ({ services }) =>
      services.map((service) => ({
        ...{ service, endpoints: pass(service) },
        log: { ...pass(service), findings: [], lines: 0 },
      })),
    stopService: async () => undefined,
    restoreService: async ({ service }) => ({
      state: 'running',
      untouched: !calls.includes(`replaceService ${service}`),
      remarks: [],
      gate: stepOf(service).gate,
    }),
    clearUp: async () => ({ leftovers: [] }),
    restoreTags: async () => ({ leftovers: [] }),
    recordRelease: async () => ({ release: '2' }),
    collectReleases: async () => ({ releases: [], cacheBytes: 0, findings: [] }),
    chooseRollback: async () => ({
      ...{ findings: [], release: '1', references: ['shop-api'] },
      frozen: { folder: 'releases/2/frozen', hash: 'f2' },
      target: { folder: 'releases/1/frozen', hash: 'f1' },
    }),
    planRollback: async ({ capture }) => ({
      plan: planOf([['db'], ['api', 'worker'], ['web']]),
      ...(capture ? { aim: { release: '1', folder: 'runs/1/aim' } } : {}),
    }),
    watchRelease: async () => ({ verified: 'verified', reason: 'stayed well' }),
    checkImages: async () => [],
    selectStores: async () => ({ stores: [STORE], reused: [], left: [], findings: [] }),
    dumpStore: async () => ({
      ...STORE,
      files: [],
      counts: { rows: 3 },
      imageId: 'sha256:1',
      takenAtMs: 1,
      durationMs: 1,
    }),
    sealBackup: async ({ backup }) => ({
      id: backup,
      atMs: 1,
      folder: '/backups/1',
      stores: [],
      reused: [],
      left: [],
      bytes: 3,
    }),
    noteProof: async () => undefined,
    discardBackup: async () => undefined,
    deriveTwin: async () => ({ twin: twinOf([['db'], ['api']]), outside: [], findings: [] }),
    raiseStore: async ({ store }) => ({ store: store.id, proven: true, restoreMs: 1, countsCompared: 1, atMs: 1 }),
    startOnTwin: async () => undefined,
    runOnTwin: async ({ service }) => pass(service),
    takeDownTwin: async () => ({ leftovers: [] }),
    chooseRestore: async () => ({
      ...{ backup: '20260101T000000Z-000001', atMs: 1, findings: [], waves: [[stepOf('db')], [stepOf('api')]] },
      stores: [{ ...STORE, volume: 'shop_pg', target: '/data', kept: 'shop_pg-before-1', imageId: 'sha256:1' }],
    }),
    countWrites: async ({ stores }) =>
      stores.map(({ id: store, service }) => {
        return { store, service, counted: [{ what: 'rows of shop', then: 3, now: 5, differing: [] }] };
      }),
    chooseDrill: async ({ backup: id }) => ({
      backup: { id, atMs: 1, folder: '/backups/1', stores: [], reused: [], left: [], bytes: 3 },
      ...{ stores: [STORE], findings: [] },
    }),
    restService: async () => undefined,
    swapData: async () => undefined,
    putDataBack: async () => ({ touched: true }),
    checkStack: async ({ stack }) => checkReport(stack),
    lookIfHere: async () => undefined,
    lookAtStack: async ({ stack }) => ({ ...checkReport(stack), trend: { failuresInARow: 0, sinceMs: 1 } }),
    standAside: async () => ({ images: [ASIDE], findings: [] }),
    takeUpImages: async () => undefined,
    letImagesGo: async () => undefined,
    applySchedules: async () => ({ set: ['health'], removed: [] }),
    holdStack: async ({ stack, word }) => ({ stack, host: 'here', hold: word }),
    archiveRun: async () => undefined,
    seeWhatServes: async ({ stack, touched }) => ({
      services: touched.map((service) => ({ service, state: 'absent', restarts: 0, issue: 'has no container' })),
      next: { command: `evenkeel rollback 1 -p ${stack}`, means: 'brings release 1 back' },
    }),
    writeResult: async () => undefined,
    ...overrides,
  };
  const made = recorded(steps, calls);
  return { steps: made, calls };
}

function recorded(steps: Activities, calls: string[]): Activities {
  const entries = Object.entries(steps).map(([name, step]) => [
    name,
    async (args: { service?: string; step?: Step; frozen?: { folder: string } } | undefined) => {
      const service = args?.service ?? args?.step?.service;
      const where = args?.frozen?.folder.includes('/twin/') ? 'twin: ' : '';
      calls.push(`${where}${service ? `${name} ${service}` : name}`);
      return (step as (given: unknown) => Promise<unknown>)(args);
    },
  ]);
  return Object.fromEntries(entries) as Activities;
}

function checkReport(stack: string): CheckReport {
  return {
    ...{ stack, host: 'here', health: 'healthy', reason: 'all 1 checks pass', warnings: [], stores: [] },
    layers: [
      {
        ...{ layer: 'application', verdict: 'pass' },
        checks: [{ check: 'container', service: 'api', verdict: 'pass', reason: 'healthy' }],
      },
    ],
    ...{ atMs: 1, durationMs: 1 },
  };
}

/** What a run of fake steps has made, while it stands aside. */
const ASIDE = { reference: 'shop-api', imageId: 'sha256:2', pin: 'evenkeel/shop/aside:1' };

/** What is backed up in a run of fake steps. */
const STORE = { id: 'postgres-db', type: 'postgres' as const, service: 'db' };

/** A twin on which these services start; the first wave holds the store. */
export function twinOf(waves: string[][]): Twin {
  return {
    frozen: { folder: 'runs/1/twin/frozen', hash: 't' },
    project: 'shop-twin-1',
    waves: waves.map((services) => services.map(stepOf)),
    rehearsed: waves.slice(1).flat(),
    stores: [STORE],
    commands: {},
    facts: { dependencies: {}, lacks: {}, elsewhere: [], answering: [], unchecked: [] },
  };
}

/** A plan that replaces these services in these waves. */
export function planOf(waves: string[][]): Plan {
  return {
    format: 1,
    stack: 'shop',
    hash: 'p',
    waves: waves.map((services) => services.map(stepOf)),
    together: true,
    staggerMs: 0,
    unchanged: [],
    orphans: [],
    warnings: [],
  };
}

export function stepOf(service: string): Step {
  return {
    kind: 'replace',
    service,
    because: ['image changed'],
    force: false,
    scale: 1,
    image: { ref: `shop-${service}`, id: 'sha256:2' },
    configHash: 'c',
    replaces: ['old'],
    gate: { kind: 'long-running', timeoutMs: 5000, stableForMs: 100, probe: 'active', onInconclusive: 'rollback' },
  };
}

/** A failure that no retry changes, as a step throws it. */
export function finalFailure(message: string): Error {
  return ApplicationFailure.nonRetryable(message, FAILURE.stepFailed, { excerpt: ['last line'] });
}
