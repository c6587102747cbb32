import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Client } from '@temporalio/client';
import { connect, type Reach } from '../../src/client/connect.js';
import { devServerArgs } from '../../src/worker/server/dev-server-args.js';
import type { WorldTemporal } from './deployment-world.js';
import { eventually } from './eventually.js';
import { freePort } from './server-world.js';
import { temporalCli } from './temporal-cli.js';

/** A Temporal that keeps its runs in a file, and that nobody but the test kills and starts. */
export class MortalTemporal implements WorldTemporal {
  private server?: ChildProcess;
  private reach?: Reach;

  private constructor(
    private readonly args: string[],
    readonly address: string,
  ) {}

  static async start(folder: string): Promise<MortalTemporal> {
    const [port, uiPort] = [await freePort(), await freePort()];
    const args = devServerArgs({ port, uiPort, database: path.join(folder, 'runs.db'), namespace: 'default' });
    const temporal = new MortalTemporal(args, `127.0.0.1:${port}`);
    await temporal.live();
    return temporal;
  }

  /** A connection that outlives the server and finds its next life. */
  get client(): Client {
    return this.reach!.client;
  }

  /** Begins a life: always the same command, on the same file. Resolves when it answers. */
  async live(): Promise<void> {
    const server = spawn(temporalCli(), this.args, { stdio: 'ignore' });
    this.server = server;
    await eventually('Temporal answers', async () => {
      if (server.exitCode !== null) throw new Error(`Temporal ended with ${server.exitCode}`);
      this.reach ??= await connect({ address: this.address, namespace: 'default', env: {} }).catch(() => undefined);
      return this.answers();
    });
  }

  /** Ends the life by SIGKILL. */
  async die(): Promise<void> {
    const server = this.server!;
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  }

  async teardown(): Promise<void> {
    await this.reach?.close();
    await this.die();
  }

  private async answers(): Promise<boolean> {
    const asked = this.reach?.client.workflowService.describeNamespace({ namespace: 'default' });
    return (
      asked?.then(
        () => true,
        () => false,
      ) ?? false
    );
  }
}
