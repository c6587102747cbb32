import { setTimeout as sleep } from 'node:timers/promises';
import type { Layout } from '../../store/layout.js';
import { isPortFree } from './ports.js';
import { takeOver } from './server-record.js';

/** It could not be started; nothing of it runs. */
export class ServerCannotStart extends Error {
  override readonly name = 'ServerCannotStart';

  constructor(
    message: string,
    readonly remedy: string,
  ) {
    super(message);
  }
}

/** A port may be held for a moment by what a killed server left, until its watchdog has acted. */
const PORT_PATIENCE_MS = 3000;

/** Ends what a killed server left on this state folder; throws `ServerCannotStart` when one is at work there. */
export async function refuseSecondServer(layout: Layout): Promise<void> {
  const other = await takeOver(layout);
  if (!other) return;
  throw new ServerCannotStart(
    `evenkeel server runs already: pid ${other.server.pid}, Temporal at ${other.address}, UI at ${other.ui}`,
    'use that one, or stop it first; another one beside it needs its own EVENKEEL_HOME and --port',
  );
}

/** Throws `ServerCannotStart` when a port is held by another program. */
export async function requirePorts(port: number, uiPort: number): Promise<void> {
  const deadline = performance.now() + PORT_PATIENCE_MS;
  for (const [flag, wanted] of [
    ['--port', port],
    ['--ui-port', uiPort],
  ] as const) {
    while (!(await isPortFree(wanted))) {
      if (performance.now() > deadline) {
        throw new ServerCannotStart(
          `port ${wanted} of 127.0.0.1 is taken by another program`,
          `see which: ss -ltnp 'sport = :${wanted}' — choose another with ${flag}, or, where a Temporal runs already, join it with: evenkeel worker`,
        );
      }
      await sleep(50);
    }
  }
}
