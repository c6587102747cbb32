import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { devServerArgs } from './dev-server-args.js';
import { openLog } from './log-file.js';
import type { ServerSettings } from './server.js';
import { endWithUs } from './watchdog.js';

// Both are detached, out of the terminal's reach: on Ctrl-C it is for the server to stop them, in order. Neither outlives
// this process, however that ends, so that the next server finds the ports free and is the only one to start workers.

/** Starts Temporal. */
export function startTemporal(settings: ServerSettings, log: string): ChildProcess {
  const child = withLog(log, (output) =>
    // Its database is for its owner only.
    withUmask(0o077, () =>
      spawn(settings.temporalCli, devServerArgs(settings), {
        env: settings.env,
        detached: true,
        stdio: ['ignore', output, output],
      }),
    ),
  );
  return watched(child);
}

/** Starts a worker; `onReady` is told its host once it takes work. */
export function startWorker(
  { workerArgv, env }: ServerSettings,
  log: string,
  onReady: (host: string) => void,
): ChildProcess {
  const [program, ...args] = workerArgv as [string, ...string[]];
  const child = withLog(log, (output) =>
    spawn(program, args, { env, detached: true, stdio: ['ignore', output, output, 'ipc'] }),
  );
  child.on('message', (message) => {
    if (isReady(message)) onReady(message.ready.host);
  });
  return watched(child);
}

/** It has no pid when it could not be started. */
function watched(child: ChildProcess): ChildProcess {
  if (child.pid !== undefined) child.once('exit', endWithUs(child.pid));
  return child;
}

/** The child has its own copy of the descriptor. */
function withLog(log: string, start: (output: number) => ChildProcess): ChildProcess {
  const output = openLog(log);
  try {
    return start(output);
  } finally {
    closeSync(output);
  }
}

/** The umask belongs to the whole process, and a child takes the one of the moment in which it starts. */
function withUmask(mask: number, start: () => ChildProcess): ChildProcess {
  const before = process.umask(mask);
  try {
    return start();
  } finally {
    process.umask(before);
  }
}

function isReady(message: unknown): message is { ready: { host: string } } {
  return typeof message === 'object' && message !== null && 'ready' in message;
}
