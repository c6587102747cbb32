import { setTimeout as pause } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import { Worker, type WorkerOptions } from '@temporalio/worker';
import { lookActivities } from '../../activities/index.js';
import type { World } from '../../activities/world.js';
import { CHECKS_RETENTION_HOURS, checksNamespace, hostQueue, WORKFLOW_QUEUE } from '../names.js';
import { bringAllHome } from '../schedule/bring-home.js';
import { makeChecksNamespace, type ScheduleHomes, scheduleHomes } from '../schedule/schedule-homes.js';
import { ensureSearchAttributes } from './search-attributes.js';
import { makeBoth, runTogether } from './worker-pair.js';

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
/** How long a schedule of looks may be in both namespaces, or among the runs, while this worker is at work. */
const BRING_AGAIN_MS = 5 * 60_000;

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
        const ended = new AbortController();
        const bringing = keepBringing(homes, host, say, AbortSignal.any([until, ended.signal]));
        try {
          await runTogether(workers, until);
        } finally {
          ended.abort();
          await bringing;
        }
      } else say(noNamespace(namespace));
    } catch (error) {
      say(`scheduled looks in namespace ${checksNamespace(namespace)}: ${(error as Error).message}; it is tried again`);
    }
    await pause(LOOK_AGAIN_MS, undefined, { signal: until }).catch(() => undefined);
  }
}

async function makeWorkers(
  { world, connection, bundle, common }: ChecksSettings,
  namespace: string,
): Promise<Worker[]> {
  const indexed = await ensureSearchAttributes(connection, namespace);
  const { anyWorker, host } = lookActivities({ ...world, indexed });
  const alike = { ...common, namespace };
  return makeBoth(
    // The light one first: where Temporal refuses it, no threads are begun for the other one, which is refused as well.
    () => Worker.create({ ...alike, taskQueue: hostQueue(world.host), activities: host }),
    () =>
      Worker.create({
        ...{ ...alike, taskQueue: WORKFLOW_QUEUE, workflowBundle: bundle, activities: anyWorker },
        // A look mostly ends with its first task: there is hardly ever anything to keep.
        maxCachedWorkflows: MOST_CACHED,
        stickyQueueScheduleToStartTimeout: '1s',
      }),
  );
}

/** One may come to be among the runs at any time: by an older command line, or by one that dies while it moves it. */
async function keepBringing(homes: ScheduleHomes, host: string, say: (words: string) => void, until: AbortSignal) {
  while (!until.aborted) {
    try {
      await homes.runs.withAbortSignal(until, () => bringAllHome(homes, host));
    } catch (error) {
      const { namespace } = homes.runs.options;
      const why = (error as Error).message;
      if (!until.aborted) say(`schedules of looks are still in namespace ${namespace}: ${why}; it is tried again`);
    }
    await pause(BRING_AGAIN_MS, undefined, { signal: until }).catch(() => undefined);
  }
}

function noNamespace(runs: string): string {
  return (
    `there is no namespace ${checksNamespace(runs)} that this worker may use: scheduled looks are made in ${runs}, and kept there as long ` +
    `as runs. To have them kept for ${CHECKS_RETENTION_HOURS} hours: ${makeChecksNamespace(runs)} (this worker takes it up by itself)`
  );
}
