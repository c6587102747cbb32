import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { connect, type Reach } from '../../src/client/connect.js';
import { WORKER_NODE_FLAGS } from '../../src/worker/node-flags.js';
import { runServer, type ServerEvent } from '../../src/worker/server/server.js';
import { readServerRecord } from '../../src/worker/server/server-record.js';
import { findTemporalCli } from '../../src/worker/server/temporal-cli.js';
import type { Layout } from '../../src/store/layout.js';

/** The command line as it was compiled beside this file. */
export const CLI = fileURLToPath(new URL('../../../bin/evenkeel.mjs', import.meta.url));

const NAMESPACE = 'default';

/** How a server differs from what people start. */
export interface OwnServerOptions {
  /** Where everything of it is, which goes with it; made where none is given. */
  folder?: string;
  /** Joins the environment of Temporal, worker and command line. */
  env?: NodeJS.ProcessEnv;
}

/** Where the state is of a server whose folder this is. */
export function layoutIn(folder: string): Layout {
  return { home: path.join(folder, 'state'), lockDir: path.join(folder, 'locks') };
}

/** An `evenkeel server` with free ports and a state folder of its own: what is measured is what people run. */
export class OwnServer {
  private readyAtMs: number[] = [];
  private wake: () => void = () => undefined;
  private running: Promise<void> = Promise.resolve();
  private stillborn?: string;
  private reach?: Reach;

  private constructor(
    readonly folder: string,
    readonly address: string,
    private readonly ownEnv: NodeJS.ProcessEnv,
    private readonly stopping: AbortController,
  ) {}

  /** Starts Temporal and a worker; both take work when this returns. */
  static async start(options: OwnServerOptions = {}): Promise<OwnServer> {
    const { env = {} } = options;
    const temporalCli = await findTemporalCli(process.env);
    if (temporalCli === undefined) throw new Error('the Temporal CLI is not installed; npm run setup puts it in place');
    const folder = options.folder ?? (await mkdtemp(path.join(os.tmpdir(), 'ek-bench-')));
    const [port, uiPort] = await freePorts();
    const server = new OwnServer(folder, `127.0.0.1:${port}`, env, new AbortController());
    server.running = runServer({
      layout: server.layout,
      temporalCli,
      workerArgv: [
        process.execPath,
        ...WORKER_NODE_FLAGS,
        CLI,
        'worker',
        '--address',
        server.address,
        '--namespace',
        NAMESPACE,
      ],
      namespace: NAMESPACE,
      port,
      uiPort,
      database: server.database,
      env: server.env,
      until: server.stopping.signal,
      onEvent: (event) => server.note(event),
    });
    try {
      await Promise.race([server.ready(1), server.running]);
      server.reach = await connect({ address: server.address, namespace: NAMESPACE, env: server.env });
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  get layout(): Layout {
    return layoutIn(this.folder);
  }

  /** Temporal's SQLite file. */
  get database(): string {
    return path.join(this.folder, 'temporal.db');
  }

  /** The environment in which the command line finds this server; no other Temporal is named in it. */
  get env(): NodeJS.ProcessEnv {
    const others = Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_'));
    return {
      ...Object.fromEntries(others),
      EVENKEEL_HOME: this.layout.home,
      EVENKEEL_LOCK_DIR: this.layout.lockDir,
      TEMPORAL_ADDRESS: this.address,
      TEMPORAL_CONFIG_FILE: path.join(this.folder, 'no-temporal-profile'),
      NO_COLOR: '1',
      ...this.ownEnv,
    };
  }

  get client(): Client {
    return this.reach!.client;
  }

  /** How many workers have been ready so far, the present one included. */
  get workerLives(): number {
    return this.readyAtMs.length;
  }

  /** When the n-th worker, counted from 1, took work: milliseconds since the epoch. Waits for it. */
  async ready(life: number): Promise<number> {
    while (this.readyAtMs.length < life) {
      if (this.stillborn !== undefined) throw new Error(`the worker does not start: ${this.stillborn}`);
      await new Promise<void>((wake) => (this.wake = wake));
    }
    return this.readyAtMs[life - 1]!;
  }

  /** SIGKILL for the worker; the server starts another one. */
  async killWorker(): Promise<void> {
    const record = await readServerRecord(this.layout);
    if (!record?.worker) throw new Error('the server has no worker that could be killed');
    process.kill(record.worker.pid, 'SIGKILL');
  }

  async stop(): Promise<void> {
    await this.reach?.close();
    this.stopping.abort();
    try {
      await this.running;
    } finally {
      await rm(this.folder, { recursive: true, force: true });
    }
  }

  private note(event: ServerEvent): void {
    if (event.kind === 'ready') this.readyAtMs.push(Date.now());
    // One that dies before it has ever taken work dies at every start.
    else if (event.kind === 'died' && this.readyAtMs.length === 0) this.stillborn = lastWords(event.log);
    this.wake();
  }
}

function lastWords(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-3).join(' ');
}

/** Two ports that nobody listens on now. */
async function freePorts(): Promise<[number, number]> {
  return [await freePort(), await freePort()];
}

/** A port of 127.0.0.1 that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}
