import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import type { Reach } from '../../client/connect.js';
import { type Layout, privateFolder } from '../../store/layout.js';
import type { DevServer } from './dev-server-args.js';
import { runsInFlight } from './in-flight.js';
import { keepSmall, lastLogLines } from './log-file.js';
import { refuseSecondServer, requirePorts, ServerCannotStart } from './may-start.js';
import { readyNamespace } from './ready-namespace.js';
import { identityOf, removeServerRecord, writeServerRecord } from './server-record.js';
import { startTemporal, startWorker } from './start-children.js';
import { supervise, type Supervised } from './supervise.js';

export interface ServerSettings extends DevServer {
  layout: Layout;
  /** The Temporal CLI. */
  temporalCli: string;
  /** Program and arguments of a worker for this Temporal; it says `{ ready: { host } }` over its channel. */
  workerArgv: string[];
  /** For Temporal and the worker; it names no other Temporal. */
  env: NodeJS.ProcessEnv;
  /** Aborts when it is time to stop. */
  until: AbortSignal;
  onEvent: (event: ServerEvent) => void;
}

/** What people are told. */
export type ServerEvent =
  | { kind: 'temporal-ready'; address: string; ui: string }
  | { kind: 'ready'; host: string }
  | { kind: 'died'; what: string; how: string; delayMs: number; log: string }
  | { kind: 'in-flight'; run: string }
  | { kind: 'stopping' };

/** The worker needs a moment to hand back what it is doing. */
const WORKER_GRACE_MS = 12_000;
const TEMPORAL_GRACE_MS = 8000;

/** Runs Temporal and a worker, each started again when it dies, until `until` aborts. Throws `ServerCannotStart`. */
export async function runServer(settings: ServerSettings): Promise<void> {
  const { layout, port, uiPort, namespace, until, onEvent } = settings;
  const address = `127.0.0.1:${port}`;
  const ui = `http://127.0.0.1:${uiPort}`;
  const logs = await privateFolder(path.join(layout.home, 'logs'));
  await refuseSecondServer(layout);
  await requirePorts(port, uiPort);
  await privateFolder(path.dirname(settings.database));

  const children: { temporal?: Supervised; worker?: Supervised } = {};
  const record = async (): Promise<void> => {
    const server = await identityOf(process.pid);
    if (!server) return;
    const temporal = await identityOf(children.temporal?.pid());
    const worker = await identityOf(children.worker?.pid());
    await writeServerRecord(layout, { server, ...(temporal && { temporal }), ...(worker && { worker }), address, ui });
  };
  let recording = Promise.resolve();
  /** One write after another, the last one with what holds by then. The record is a convenience: it stops nothing. */
  const noted = (child: ChildProcess): ChildProcess => {
    recording = recording.then(record).catch(() => undefined);
    return child;
  };
  const tellReady = (host: string): void => {
    if (!until.aborted) onEvent({ kind: 'ready', host });
  };

  const temporalLog = path.join(logs, 'temporal.log');
  const workerLog = path.join(logs, 'worker.log');
  const letGrow = keepSmall([temporalLog, workerLog]);
  const givenUp = new AbortController();
  children.temporal = supervise({
    start: () => noted(startTemporal(settings, temporalLog)),
    onDeath: (how, delayMs) => {
      onEvent({ kind: 'died', what: 'Temporal', how, delayMs, log: temporalLog });
      givenUp.abort();
    },
  });

  let reach: Reach | undefined;
  try {
    reach = await readyNamespace({ address, namespace, env: settings.env }, AbortSignal.any([until, givenUp.signal]));
    onEvent({ kind: 'temporal-ready', address, ui });
    children.worker = supervise({
      start: () => noted(startWorker(settings, workerLog, tellReady)),
      onDeath: (how, delayMs) => onEvent({ kind: 'died', what: 'the worker', how, delayMs, log: workerLog }),
    });
    await aborted(until);
    for (const run of await runsInFlight(reach)) onEvent({ kind: 'in-flight', run });
  } catch (error) {
    if (!until.aborted) throw givenUp.signal.aborted ? await temporalDoesNotStart(temporalLog) : error;
  } finally {
    letGrow();
    onEvent({ kind: 'stopping' });
    await reach?.close();
    await children.worker?.stop(WORKER_GRACE_MS);
    await children.temporal.stop(TEMPORAL_GRACE_MS);
    await recording;
    await removeServerRecord(layout);
  }
}

async function temporalDoesNotStart(log: string): Promise<ServerCannotStart> {
  const lines = await lastLogLines(log, 5);
  return new ServerCannotStart(
    `Temporal does not start:\n${lines.map((line) => `  ${line}`).join('\n')}`,
    `its log: ${log}`,
  );
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((done) => signal.addEventListener('abort', () => done(), { once: true }));
}
