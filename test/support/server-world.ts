import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { Client } from '@temporalio/client';
import { connect, type Reach } from '../../src/client/connect.js';
import { readServerRecord, type ServerRecord } from '../../src/worker/server/server-record.js';
import { type CliEnd, EVENKEEL, runCli } from './deployment-world.js';
import { eventually } from './eventually.js';

/** A host with a state folder of its own, served by `evenkeel server` on ports of its own; it may be killed and started. */
export class ServerWorld {
  private server?: ChildProcess;
  private reach?: Reach;
  /** What the server's present life has said to people. */
  said = '';

  private constructor(
    readonly folder: string,
    private readonly ports: { port: number; uiPort: number },
  ) {}

  static async make(): Promise<ServerWorld> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'ek-server-'));
    return new ServerWorld(folder, { port: await freePort(), uiPort: await freePort() });
  }

  get client(): Client {
    return this.reach!.client;
  }

  /** Always the same command. Resolves when Temporal and a worker are there. */
  async start(): Promise<void> {
    const server = spawn(process.execPath, [...EVENKEEL, ...serverCommand(this.ports, 'runs.db')], {
      cwd: this.folder,
      env: this.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.server = server;
    this.said = '';
    let stdout = '';
    server.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
    server.stderr.on('data', (data: Buffer) => (this.said += data.toString()));
    await eventually('the server is ready', () => {
      if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}:\n${this.said}`);
      return stdout.includes('"ready": true');
    });
    this.reach ??= await connect({ address: `127.0.0.1:${this.ports.port}`, namespace: 'default', env: {} });
  }

  /** Where Temporal's UI is. */
  get ui(): string {
    return `http://127.0.0.1:${this.ports.uiPort}`;
  }

  get stateFolder(): string {
    return path.join(this.folder, 'state');
  }

  /** Which processes it consists of now. */
  async processes(): Promise<ServerRecord | undefined> {
    return readServerRecord({ home: this.stateFolder, lockDir: path.join(this.folder, 'locks') });
  }

  /** Ends the server itself; what it started is its own affair. Returns its exit code, or the signal that ended it. */
  async end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null> {
    const server = this.server!;
    if (server.exitCode !== null || server.signalCode !== null) return server.exitCode;
    const ended = once(server, 'close');
    server.kill(signal);
    const [exitCode, killedBy] = (await ended) as [number | null, NodeJS.Signals | null];
    return exitCode ?? killedBy;
  }

  async evenkeel(args: string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): Promise<CliEnd> {
    return runCli(args, { cwd: options.cwd ?? this.folder, env: { ...this.env, ...options.env } });
  }

  async stop(): Promise<void> {
    await this.reach?.close();
    await this.end('SIGTERM');
    await rm(this.folder, { recursive: true, force: true });
  }

  /** The environment in which the server and the CLI of this world run. */
  get env(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      EVENKEEL_HOME: this.stateFolder,
      EVENKEEL_LOCK_DIR: path.join(this.folder, 'locks'),
      TEMPORAL_ADDRESS: `127.0.0.1:${this.ports.port}`,
      NO_COLOR: '1',
    };
  }
}

/** The words behind `evenkeel` that serve on these ports, with runs in this file. */
export function serverCommand({ port, uiPort }: { port: number; uiPort: number }, database: string): string[] {
  return ['--json', 'server', '--port', `${port}`, '--ui-port', `${uiPort}`, '--db', database];
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
