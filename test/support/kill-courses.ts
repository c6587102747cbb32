import { randomBytes } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { WORKFLOW_QUEUE } from '../../src/names.js';
import type { Fault } from '../../src/worker/fault-points.js';
import { awaitingApproval } from './awaiting-approval.js';
import { NOTHING, releasesOf } from './left-behind.js';
import type { KillRange, Sight } from './kill-range.js';
import { type Kept, rowsOf } from './kill-rows.js';
import { endOf, type RunEnd } from './run-end.js';
import { comesTo } from './run-lines.js';
import { say } from './say.js';
import { type Blow, type Cell, type Course, faultOf } from './steps-under-fire.js';

type Recorded = 'deployed' | 'rolled-back';

/** What one run comes to, however often its worker was killed. */
interface Script {
  outcome: string;
  /** What has to be there before; nobody is killed meanwhile. */
  prepare?: (range: KillRange) => Promise<void>;
  /** Asks for the run. */
  begin: (range: KillRange) => Promise<WorkflowHandle>;
  /** Faults that the course itself needs. */
  faults?: Fault[];
  /** What a person does meanwhile; awaited at the end. */
  meanwhile?: (range: KillRange, run: WorkflowHandle) => Promise<void>;
  /** Where the run that was asked for is followed by others: the end of the last of them. */
  lastEnd?: (range: KillRange, run: WorkflowHandle) => Promise<RunEnd>;
  /** Releases that it records, the oldest first: each serves the next version, or the one before. */
  records?: Recorded[];
  /** Containers that are made of each service: once forward, and once more on the way back. No effect takes place twice. */
  makes?: number;
  /** It makes a backup, all of which is proven. */
  backsUp?: true;
  /** What web has in its volume afterwards, and the database in its tables, where that is not what they had. */
  keeps?: Kept;
  /** Volumes of each store that keep what a restore has replaced. */
  keepsVolumes?: number;
}

const UNPROVEN = { skip: ['backup' as const, 'rehearsal' as const], reason: 'it has a course of its own' };

const SCRIPTS: Record<Course, Script> = {
  deployed: { outcome: 'succeeded', begin: (range) => next(range, UNPROVEN), records: ['deployed'], makes: 1 },
  'taken back': { outcome: 'rolled-back', begin: (range) => next(range, UNPROVEN, 'WEB_EXIT_CODE=3\n'), makes: 2 },
  rehearsed: { outcome: 'succeeded', begin: (range) => next(range), records: ['deployed'], makes: 1, backsUp: true },
  aborted: {
    outcome: 'aborted',
    begin: (range) => next(range),
    // The dump is whole, and never comes to its end.
    faults: [{ activity: 'dumpStore', point: 'after', action: 'fail', times: 1000 }],
    meanwhile: async ({ world }, run) => {
      await comesTo(run, 'back up volume-state');
      const abort = await world.evenkeel(['abort', run.workflowId, '--reason', 'by a test', '-y']);
      if (abort.exitCode !== 0) throw new Error(abort.stderr);
    },
  },
  approved: {
    outcome: 'succeeded',
    begin: (range) => next(range, { ...UNPROVEN, requireApproval: true }),
    meanwhile: (_, run) => answer(run, 'approve'),
    ...{ records: ['deployed'], makes: 1 },
  },
  refused: {
    outcome: 'rejected',
    begin: (range) => next(range, { ...UNPROVEN, requireApproval: true }),
    meanwhile: (_, run) => answer(run, 'reject'),
  },
  'backed up': { outcome: 'succeeded', begin: (range) => start(range, 'backup'), backsUp: true },
  restored: {
    outcome: 'succeeded',
    begin: (range) => start(range, 'restore', { backup: range.backups.good }),
    keeps: 'of the backup',
    keepsVolumes: 1,
  },
  'restored in vain': {
    outcome: 'rolled-back',
    begin: (range) => start(range, 'restore', { backup: range.backups.bad }),
    keepsVolumes: 1,
  },
  'rolled back': {
    outcome: 'succeeded',
    prepare: deployNext,
    begin: async (range) => start(range, 'rollback', { to: (await releasesOf(range.stack)).at(-2)!.id }),
    ...{ records: ['rolled-back'], makes: 1 },
  },
  'found sick': {
    outcome: 'succeeded',
    begin: (range) => next(range, UNPROVEN, 'PROBATION=10m\n'),
    meanwhile: sicken,
    lastEnd: endOfRollback,
    ...{ records: ['deployed', 'rolled-back'], makes: 2 },
  },
};

/**
 * Runs a course that is struck in each of these cells, which are all of that course; what is not struck by the fault point itself is struck
 * in one alone. Returns what came of it beside what had to come; two that are equal say that all was survived.
 */
export async function survive(range: KillRange, course: Course, cells: Cell[]): Promise<{ came: object; had: object }> {
  const { prepare, begin, faults = [], meanwhile, lastEnd, ...script } = SCRIPTS[course];
  const { world, created } = range;
  await range.keep('of later');
  await world.injectFaults([]);
  await prepare?.(range);
  const before = await range.look();
  created.take();
  const kills = cells.map(faultOf);
  await world.injectFaults([...kills, ...faults]);

  const strike = range.takeAim(cells[0]!.blow);

  const workerPid = world.workerPid;
  const run = await begin(range);
  const ended = async (): Promise<RunEnd> => range.outlived(lastEnd?.(range, run) ?? endOf(run, 300_000));
  const speak = async (): Promise<void> => meanwhile?.(range, run);
  const end = strike ? await endDespite(strike, speak, ended) : (await Promise.all([ended(), speak()]))[0];
  const isStruck = range.hasStruck();
  // It may be about to end, and would leave what comes next without a worker.
  if (cells.some(({ blow }) => blow === 'worker stopped') && world.workerPid === workerPid) await world.workerEnded();
  if (world.workerPid === undefined) await world.startWorker();
  if (end.type === script.outcome) range.version += stepsOf(script);

  // What Docker refuses for a reason that nobody knows is final: then all is as before, and the run says so.
  const isRefused = cells.some(({ blow }) => blow === 'request refused');
  const goesBack = isRefused && WENT_BACK.includes(end.type);
  const outcome = [end.type, end.type === script.outcome ? '' : (end.message ?? '')];
  const { records: _, ...unrecorded } = script;
  const expected: typeof script = goesBack ? unrecorded : script;
  const struck = await world.struckFaults();
  const after = await range.look();
  const keptVolumes = await range.removeKeptVolumes();
  const newBackups = after.backups.slice(before.backups.length);
  const services = ['api', 'web', ...(range.hasRows ? ['db'] : [])];
  const stores = ['volume-state', ...(range.hasRows ? ['postgres-db'] : [])];
  const keeps = goesBack ? undefined : script.keeps;
  return {
    came: {
      outcome,
      leftovers: end.result?.leftovers,
      notStruck: cells.filter((_, index) => !struck.includes(index) || !isStruck),
      created: counted(created.take(), cells, script, goesBack),
      keptVolumes,
      newBackups,
      newReleases: after.releases.slice(before.releases.length),
      ...standing(after, expected),
    },
    had: {
      outcome: goesBack ? outcome : [script.outcome, ''],
      leftovers: [],
      notStruck: [],
      created: script.makes === undefined || goesBack ? {} : forEach(services, script.makes),
      keptVolumes: goesBack ? keptVolumes : (script.keepsVolumes ?? 0) * stores.length,
      newBackups: goesBack ? newBackups : script.backsUp ? [forEach(stores, true)] : [],
      newReleases: expected.records ?? [],
      ...standing(
        {
          ...before,
          unwell: [],
          state: forEach(
            services.map((service) => `${service}-1`),
            `running ${range.version}`,
          ),
          answer: `${range.version}`,
          kept: keeps ?? 'of later',
          rows: range.hasRows ? rowsOf(keeps ?? 'of later') : {},
          leftBehind: NOTHING,
        },
        expected,
      ),
    },
  };
}

function forEach<T>(names: string[], value: T): Record<string, T> {
  return Object.fromEntries(names.map((name) => [name, value]));
}

const WENT_BACK: (string | undefined)[] = ['rejected', 'rolled-back'];

/** Blows after which nobody knows whether a container was made. */
const UNHEARD: Blow[] = ['dockerd stopped', 'reply lost'];

/**
 * Containers that were made, so far as it counts: where nobody heard that one was made it may be made once more, and a run that goes back
 * after a refusal may have made some.
 */
function counted(
  created: Record<string, number>,
  cells: Cell[],
  { makes = 0 }: Pick<Script, 'makes'>,
  goesBack: boolean,
): Record<string, number> {
  if (goesBack) return {};
  if (!cells.some(({ blow }) => UNHEARD.includes(blow))) return created;
  const once = (times: number): number => (times === makes + 1 ? makes : times);
  return Object.fromEntries(Object.entries(created).map(([service, times]) => [service, once(times)]));
}

/** People who could not be heard while it was away say it again; what they had said before, they need not. */
async function endDespite(
  strike: () => Promise<void>,
  speak: () => Promise<void>,
  ended: () => Promise<RunEnd>,
): Promise<RunEnd> {
  let isHeard = false;
  const saying = speak().then(
    () => (isHeard = true),
    () => undefined,
  );
  await strike();
  await saying;
  if (!isHeard) void speak().catch(() => undefined);
  return ended();
}

/** By how many versions another one serves. */
function stepsOf({ records = [] }: Pick<Script, 'records'>): number {
  return records.reduce((sum, kind) => sum + (kind === 'deployed' ? 1 : -1), 0);
}

/** Which containers these are is as before only where none was made, and of what they are made where no other version serves. */
function standing(
  { unwell, state, answer, kept, rows, leftBehind, ids, makings }: Sight,
  script: Pick<Script, 'makes' | 'records'>,
): object {
  return {
    ...{ unwell, state, answer, kept, rows, leftBehind },
    ...(script.makes === undefined ? { ids } : {}),
    ...(stepsOf(script) === 0 ? { makings } : {}),
  };
}

/** Deploys over the version that serves. */
async function next(
  { stack, version }: KillRange,
  request: Parameters<KillRange['stack']['start']>[0] = {},
  more = '',
): Promise<WorkflowHandle> {
  await stack.write('.env', `VERSION=${version + 1}\n${more}`);
  return stack.start(request);
}

async function deployNext(range: KillRange): Promise<void> {
  const { type, message } = await endOf(await next(range, UNPROVEN));
  if (type !== 'succeeded') throw new Error(`the next version could not be deployed: ${message}`);
  range.version += 1;
}

/** What a person says to the plan, once they are asked. */
async function answer(run: WorkflowHandle, word: 'approve' | 'reject'): Promise<void> {
  await awaitingApproval(run);
  await say(run, word, { by: 'a test' });
}

/** Web falls ill as soon as its release is on probation. */
async function sicken({ stack }: KillRange, run: WorkflowHandle): Promise<void> {
  await endOf(run, 300_000);
  await stack.exec('web', 'touch', '/tmp/sick');
}

/** The end of the rollback that the probation of a deployment's release asks for. */
async function endOfRollback({ world }: KillRange, run: WorkflowHandle): Promise<RunEnd> {
  const deployed = await endOf(run, 300_000);
  if (!deployed.result?.probation) return deployed;
  const probation = world.client.workflow.getHandle(deployed.result.probation.workflowId);
  const verdict = await endOf(probation, 300_000);
  const { rollback } = (verdict.result ?? {}) as { rollback?: string };
  return rollback === undefined ? verdict : endOf(world.client.workflow.getHandle(rollback), 300_000);
}

async function start(
  { world, stack, version }: KillRange,
  runbook: string,
  request: object = {},
): Promise<WorkflowHandle> {
  // What serves is what the files say.
  await stack.write('.env', `VERSION=${version}\n`);
  return world.client.workflow.start(runbook, {
    taskQueue: WORKFLOW_QUEUE,
    workflowId: `${runbook}/test/${stack.name}/${randomBytes(3).toString('hex')}`,
    args: [{ stack: stack.name, ...request }],
  });
}
