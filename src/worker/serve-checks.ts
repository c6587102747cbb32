import { setTimeout as pause } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import { Worker, type WorkerOptions } from '@temporalio/worker';
import { lookActivities } from '../../activities/index.js';
import type { World } from '../../activities/world.js';
import { CHECKS_RETENTION_HOURS, checksNamespace, hostQueue, WORKFLOW_QUEUE } from '../names.js';
import { bringAllHome } from '../schedule/bring-home.js';
import { makeChecksNamespace, type ScheduleHomes, scheduleHomes } from '../schedule/schedule-homes.js';
import { ensureSearchAttributes } from './search-attributes.js';

/** What the workers of looks have in common with those of runs. */
export interface ChecksSettings {
  world: World;
  connection: Connection;
  /** Of the workers of runs; only the namespace is another one. */
  common: Omit<WorkerOptions, 'taskQueue'>;
  bundle: NonNullable<WorkerOptions['workflowBundle']>;
}

/** As many as it may have in hand. */
const MOST_CACHED = 40;
/** Where there was no namespace of looks, it may have been made meanwhile. */
const LOOK_AGAIN_MS = 15_000;

/**
 * Has scheduled looks made until `until` aborts, and brings those of this host into the namespace of looks. Where Temporal has none, it
 * is looked for again and again, and looks are made among the runs meanwhile. It never throws: without this, a worker is still good for
 * everything else.
 */
export async function serveChecks(settings: ChecksSettings, until: AbortSignal): Promise<void> {
  const { temporal, host } = settings.world;
  const { namespace } = temporal.options;
  let last = '';
  const say = (words: string): void => {
    if (words !== last && !until.aborted) console.error(words);
    last = words;
  };
  while (!until.aborted) {
    try {
      const homes = await temporal.withAbortSignal(until, () => scheduleHomes(temporal));
      if (homes.checks) {
        const workers = await makeWorkers(settings, homes.checks.options.namespace);
        const bringing = temporal.withAbortSignal(until, () => bringLooks(homes, host));
        await Promise.all([atWork(workers, until), bringing]);
      } else say(noNamespace(namespace));
    } catch (error) {
      say(`scheduled looks in namespace ${checksNamespace(namespace)}: ${(error as Error).message}; it is tried again`);
    }
    await pause(LOOK_AGAIN_MS, undefined, { signal: until }).catch(() => undefined);
  }
}

async function makeWorkers({ world, connection, bundle, common }: ChecksSettings, namespace: string) {
  const indexed = await ensureSearchAttributes(connection, namespace);
  const { anyWorker, host } = lookActivities({ ...world, indexed });
  const alike = { ...common, namespace };
  return Promise.all([
    Worker.create({
      ...{ ...alike, taskQueue: WORKFLOW_QUEUE, workflowBundle: bundle, activities: anyWorker },
      // A look mostly ends with its first task: there is hardly ever anything to keep.
      maxCachedWorkflows: MOST_CACHED,
      stickyQueueScheduleToStartTimeout: '1s',
    }),
    Worker.create({ ...alike, taskQueue: hostQueue(world.host), activities: host }),
  ]);
}

/** The first one that fails ends the other. */
async function atWork(workers: Worker[], until: AbortSignal): Promise<void> {
  const failed = new AbortController();
  const end = aborted(AbortSignal.any([until, failed.signal]));
  const working = workers.map(async (worker) => {
    try {
      await worker.runUntil(end);
    } finally {
      failed.abort();
    }
  });
  const failure = (await Promise.allSettled(working)).find((each) => each.status === 'rejected');
  if (failure) throw failure.reason;
}

async function bringLooks(homes: ScheduleHomes, host: string): Promise<void> {
  try {
    await bringAllHome(homes, host);
  } catch (error) {
    const { namespace } = homes.runs.options;
    console.error(
      `schedules of looks stay in namespace ${namespace} until the worker starts again: ${(error as Error).message}`,
    );
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((end) => signal.addEventListener('abort', () => end(), { once: true }));
}

function noNamespace(runs: string): string {
  return (
    `there is no namespace ${checksNamespace(runs)} that this worker may use: scheduled looks are made in ${runs}, and kept there as long ` +
    `as runs. To have them kept for ${CHECKS_RETENTION_HOURS} hours: ${makeChecksNamespace(runs)} (this worker takes it up by itself)`
  );
}
