import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { checksNamespace } from '../../src/names.js';
import type { Fault } from '../../src/worker/fault-points.js';
import { SERVER_TUNING } from '../../src/worker/server/dev-server-args.js';
import { eventually } from './eventually.js';
import { namespaceOfWorld, RUNNING_TEMPORAL } from './running-temporal.js';
import { temporalCli } from './temporal-cli.js';

export const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const cli = path.join(repository, 'bin', 'evenkeel.mjs');

/** The command line that begins ours, under Node's flags for the tests themselves that processes of ours take too. */
export const EVENKEEL = commandOf(cli);

/** The same for another program. */
export function commandOf(program: string): string[] {
  return [...process.execArgv.filter((flag) => flag === '--no-opt'), program];
}

/** A Temporal for one world, which ends with it. */
export type WorldTemporal = Pick<TestWorkflowEnvironment, 'client' | 'address' | 'teardown'> & {
  /** The words behind `evenkeel` that start a worker there, with all that has to be started besides; `worker` unless told. */
  command?: string[];
};

/**
 * A host with a state folder of its own, a real Temporal, and workers that are real processes, so that they can be
 * killed. One a test file: `beforeAll(async () => (world = await DeploymentWorld.start()))`.
 */
export class DeploymentWorld {
  private worker?: ChildProcess;
  /** Resolves when the present worker has ended, for whatever reason. */
  private workerEnd: Promise<void> = Promise.resolve();
  private lives = 0;
  private isStopped = false;

  private constructor(
    readonly folder: string,
    private readonly temporal: WorldTemporal,
    private readonly ownEnv: NodeJS.ProcessEnv,
  ) {}

  /**
   * `temporal` makes another Temporal than the usual one, which keeps its runs in memory, or is the running one that
   * EVENKEEL_TEST_TEMPORAL names; it may use the world's folder.
   * `ownEnv` is for everything that runs in this world: it may name another engine. `workerEnv` is for its first worker alone, and
   * so is `evenkeel`, another program than the one that was built.
   */
  static async start(
    temporal: (folder: string) => Promise<WorldTemporal> = usualTemporal,
    ownEnv: NodeJS.ProcessEnv = {},
    workerEnv: NodeJS.ProcessEnv = {},
    evenkeel: string[] = EVENKEEL,
  ): Promise<DeploymentWorld> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'ek-world-'));
    const world = new DeploymentWorld(folder, await temporal(folder), ownEnv);
    await world.injectFaults([]);
    await world.startWorker(workerEnv, evenkeel);
    return world;
  }

  get client(): Client {
    return this.temporal.client;
  }

  get address(): string {
    return this.temporal.address;
  }

  /** Where the runs of this world are. */
  get namespace(): string {
    return this.client.options.namespace;
  }

  /** The Temporal of this world for another one, which leaves it alone when it ends. */
  async sharedTemporal(): Promise<WorldTemporal> {
    return { client: this.client, address: this.address, teardown: async () => undefined };
  }

  /** The id that the worker of this world has made up for its host. */
  async host(): Promise<string> {
    const { host } = JSON.parse(await readFile(path.join(this.stateFolder, 'host.json'), 'utf8')) as { host: string };
    return host;
  }

  /** The environment in which the CLI and workers of this world run; the rest of ours is theirs too. */
  get env(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      EVENKEEL_HOME: path.join(this.folder, 'state'),
      EVENKEEL_LOCK_DIR: path.join(this.folder, 'locks'),
      EVENKEEL_FAULTS: this.faultsFile,
      TEMPORAL_ADDRESS: this.address,
      TEMPORAL_NAMESPACE: this.namespace,
      NO_COLOR: '1',
      ...this.ownEnv,
    };
  }

  get stateFolder(): string {
    return this.env['EVENKEEL_HOME']!;
  }

  /** Starts a worker and waits until it takes work. `env` adds to its environment. */
  async startWorker(env: NodeJS.ProcessEnv = {}, evenkeel: string[] = EVENKEEL): Promise<void> {
    // A test that is out of time may still want another one in place of the one that has just been killed.
    if (this.isStopped) throw new Error('this world has been stopped');
    const log = path.join(this.folder, `worker-${++this.lives}.log`);
    const output = openSync(log, 'w');
    const worker = spawn(process.execPath, [...evenkeel, ...(this.temporal.command ?? ['worker'])], {
      env: { ...this.env, ...env },
      stdio: ['ignore', output, output],
    });
    this.worker = worker;
    this.workerEnd = new Promise<void>((resolve) => void worker.once('exit', resolve));
    await eventually('the worker takes work', async () => {
      const text = await readFile(log, 'utf8');
      if (worker.exitCode !== null) throw new Error(`the worker ended with ${worker.exitCode}:\n${text}`);
      return /ready/i.test(text);
    });
  }

  /** Kills the worker's process only; what it has started lives on. */
  async killWorker(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const { worker } = this;
    if (!worker || worker.exitCode !== null || worker.signalCode !== null) return;
    worker.kill(signal);
    await this.workerEnd;
  }

  /** The worker's process; undefined once it has ended, for whatever reason. */
  get workerPid(): number | undefined {
    const { worker } = this;
    return worker && worker.exitCode === null && worker.signalCode === null ? worker.pid : undefined;
  }

  /** Resolves when the worker has ended, for whatever reason. */
  async workerEnded(): Promise<void> {
    await this.workerEnd;
  }

  /** From now on these faults strike, each as often as it says, and none of before. */
  async injectFaults(faults: Fault[]): Promise<void> {
    await this.writeFaults([]);
    // A step that is just claiming its strike may put one more into it.
    await rm(`${this.faultsFile}.struck`, { recursive: true, force: true, maxRetries: 3 });
    if (faults.length > 0) await this.writeFaults(faults);
  }

  /** By a rename: steps that are at work read them at any moment. */
  private async writeFaults(faults: Fault[]): Promise<void> {
    await writeFile(`${this.faultsFile}.new`, JSON.stringify(faults));
    await rename(`${this.faultsFile}.new`, this.faultsFile);
  }

  /** Which of the injected faults have struck, by their place in the list. */
  async struckFaults(): Promise<number[]> {
    const strikes = await readdir(`${this.faultsFile}.struck`).catch(() => []);
    return [...new Set(strikes.map((strike) => Number.parseInt(strike, 10)))];
  }

  /** Runs the CLI to its end. */
  async evenkeel(args: string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): Promise<CliEnd> {
    return runCli(args, { cwd: options.cwd ?? this.folder, env: { ...this.env, ...options.env } });
  }

  /** Everything the workers of this world have written. */
  async workerLogs(): Promise<string> {
    const logs = Array.from({ length: this.lives }, (_, life) => path.join(this.folder, `worker-${life + 1}.log`));
    return (await Promise.all(logs.map((log) => readFile(log, 'utf8')))).join('\n');
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.killWorker();
    await this.temporal.teardown();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** What exists once an injected fault has struck, by its place in the list. */
  markOf(fault: number): string {
    return path.join(`${this.faultsFile}.struck`, `${fault}.0`);
  }

  private get faultsFile(): string {
    return path.join(this.folder, 'faults.json');
  }
}

/** The usual Temporal, with the namespace of looks that `evenkeel server` has besides. */
export async function temporalWithChecks(): Promise<WorldTemporal> {
  if (RUNNING_TEMPORAL !== undefined) return namespaceOfWorld(RUNNING_TEMPORAL, { withChecks: true });
  return temporalInMemory(['--namespace', checksNamespace('default')]);
}

async function usualTemporal(): Promise<WorldTemporal> {
  if (RUNNING_TEMPORAL !== undefined) return namespaceOfWorld(RUNNING_TEMPORAL, { withChecks: false });
  return temporalInMemory();
}

async function temporalInMemory(args: string[] = []): Promise<WorldTemporal> {
  if (!Runtime._instance) Runtime.install({ logger: new DefaultLogger('ERROR') });
  return TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'existing-path', path: temporalCli() }, extraArgs: [...SERVER_TUNING, ...args] },
  });
}

export interface CliEnd {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Runs one command line of the CLI to its end, in exactly this environment. */
export async function runCli(args: string[], options: { cwd: string; env: NodeJS.ProcessEnv }): Promise<CliEnd> {
  const child = spawn(process.execPath, [...EVENKEEL, ...args], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const text = { stdout: '', stderr: '' };
  child.stdout.on('data', (data: Buffer) => (text.stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (text.stderr += data.toString()));
  const [exitCode] = (await once(child, 'close')) as [number];
  return { exitCode, ...text };
}
