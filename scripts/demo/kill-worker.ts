import path from 'node:path';
import { tsToMs } from '@temporalio/common/lib/time.js';
import { connect } from '../../src/client/connect.js';
import { readExitCode, readIdentity } from '../../src/docker/child-traces.js';
import type { Place } from './place.js';
import { childFolders, type RunFolder, runFolders } from './run-folders.js';
import type { DemoServer } from './server-process.js';
import { until } from './until.js';

/** A worker that was killed while it replaced a service. Times are milliseconds. */
export interface Killing {
  pid: number;
  /** Since the epoch. */
  atMs: number;
  /** Whether Compose was still at work on the service at that moment. */
  inTheMiddle: boolean;
  /** Until the server had another one that took work. */
  backAfterMs: number;
}

const PATIENCE = { withinMs: 120_000 };

/** Waits until the next run replaces this service, kills its worker with SIGKILL, and waits until another is there. */
export async function killWorkerWhileReplacing(
  service: string,
  { place, server, signal, tell }: { place: Place; server: DemoServer; signal: AbortSignal; tell(text: string): void },
): Promise<Killing> {
  const known = new Set((await runFolders(place.layout)).map(({ folder }) => folder));
  const child = await until(
    `the replacement of ${service}`,
    async () => {
      const fresh = (await runFolders(place.layout)).filter(({ folder }) => !known.has(folder));
      const children = (await Promise.all(fresh.map(childFolders))).flat();
      const found = children.find((folder) => path.basename(folder) === `replace-${service}`);
      return found !== undefined && (await readIdentity(found)) ? found : undefined;
    },
    { ...PATIENCE, everyMs: 10, signal },
  );

  const pid = await server.workerPid();
  if (pid === undefined) throw new Error('there is no worker to kill');
  const backBefore = await server.workersBack();
  process.kill(pid, 'SIGKILL');
  const atMs = Date.now();
  const inTheMiddle = (await readExitCode(child)) === undefined;
  tell(`kill -9 ${pid}: the worker is gone, in the middle of replacing ${service}`);

  await until('another worker', async () => (await server.workersBack()) > backBefore || undefined, {
    ...PATIENCE,
    signal,
  });
  const backAfterMs = Date.now() - atMs;
  tell(`another worker is at work, ${(backAfterMs / 1000).toFixed(1)} s after the kill`);
  return { pid, atMs, inTheMiddle, backAfterMs };
}

/**
 * When a run went on after the kill: the first step that was begun once more, in milliseconds since the kill. Undefined
 * when its history has no such step.
 */
export async function resumedAfterMs({ env }: Place, run: RunFolder, { atMs }: Killing): Promise<number | undefined> {
  const reach = await connect({ env });
  try {
    const { events } = await reach.client.workflow.getHandle(run.workflowId, run.runId).fetchHistory();
    const again = events?.find(
      ({ activityTaskStartedEventAttributes: started, eventTime }) =>
        (started?.attempt ?? 1) > 1 && tsToMs(eventTime) > atMs,
    );
    return again && tsToMs(again.eventTime) - atMs;
  } finally {
    await reach.close();
  }
}
