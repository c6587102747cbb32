import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { packageRoot } from '../../src/package-root.js';
import { privateFolder } from '../../src/store/layout.js';
import { readServerRecord } from '../../src/worker/server/server-record.js';
import type { Place } from './place.js';
import { until } from './until.js';

/** The demo's `evenkeel server`. It goes on when this process ends. */
export interface DemoServer {
  ui: string;
  /** The worker's pid; undefined while it is being started again. */
  workerPid(): Promise<number | undefined>;
  /** How often a worker has come back so far. */
  workersBack(): Promise<number>;
}

/** What the demo calls this machine. */
const HOST = 'demo';
const READY_WITHIN_MS = 60_000;

/** Starts `evenkeel server` and waits until it takes work. Throws with its last words when it ends instead. */
export async function startServer(place: Place, signal: AbortSignal): Promise<DemoServer> {
  const { layout, ports, env, folder } = place;
  const logs = await privateFolder(path.join(layout.home, 'logs'));
  // Files, not pipes, because a kept server outlives us.
  const log = path.join(logs, 'server.log');
  const readyFile = path.join(logs, 'server-ready.json');
  const [output, errors] = [openSync(readyFile, 'w', 0o600), openSync(log, 'w', 0o600)];
  const child = spawn(
    process.execPath,
    [evenkeel(), '--json', '--host', HOST, 'server', '--port', `${ports.temporal}`, '--ui-port', `${ports.ui}`],
    // Out of the terminal's reach: Ctrl-C is for us, and what is to be ended then is ended in order.
    { env, cwd: folder, detached: true, stdio: ['ignore', output, errors] },
  );
  closeSync(output);
  closeSync(errors);
  child.unref();

  await until(
    'evenkeel server to be ready',
    async () => {
      if (child.exitCode !== null) throw new Error(`evenkeel server ended:\n${await readFile(log, 'utf8')}`);
      return (await readFile(readyFile, 'utf8')).includes('"ready": true') || undefined;
    },
    { withinMs: READY_WITHIN_MS, signal },
  );
  return {
    ui: `http://127.0.0.1:${ports.ui}`,
    workerPid: async () => (await readServerRecord(layout))?.worker?.pid,
    workersBack: async () => (await readFile(log, 'utf8')).split('the worker is back').length - 1,
  };
}

/** The program that people run. */
export function evenkeel(): string {
  return path.join(packageRoot(), 'bin', 'evenkeel.mjs');
}
