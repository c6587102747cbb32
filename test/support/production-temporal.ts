import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Client } from '@temporalio/client';
import { connect, type Reach } from '../../src/client/connect.js';
// @ts-expect-error plain JavaScript, which needs no build
import { readImages } from '../../scripts/setup/base-images.mjs';
// @ts-expect-error plain JavaScript, which needs no build
import { IMAGE } from '../../scripts/images/temporal/build.mjs';
import { repository, type WorldTemporal } from './deployment-world.js';
import { docker } from './docker-cli.js';
import { freePort } from './server-world.js';

/** The Temporal of docker-compose.temporal.yml, as a project of its own, on images built here. */
export class ProductionTemporal implements WorldTemporal {
  private constructor(
    private readonly project: string,
    private readonly env: Record<string, string>,
    private readonly reach: Reach,
    readonly ui: string,
  ) {}

  /** Resolves when it is all up. */
  static async start(folder: string): Promise<ProductionTemporal> {
    const [port, uiPort] = [await freePort(), await freePort()];
    // The folder of a world is for its owner alone, as the README has it.
    const passwordFile = path.join(folder, 'temporal-password');
    // Characters that YAML, shells and URLs take for their own.
    await writeFile(passwordFile, `a"b'c$d:e@/${randomBytes(12).toString('hex')}`, { mode: 0o644 });
    const { postgres } = readImages() as { postgres: string };
    const env = {
      ...{ EVENKEEL_TEMPORAL_POSTGRES_IMAGE: postgres, EVENKEEL_TEMPORAL_SERVER_IMAGE: IMAGE as string },
      ...{ EVENKEEL_TEMPORAL_TOOLS_IMAGE: IMAGE as string, EVENKEEL_TEMPORAL_UI_IMAGE: IMAGE as string },
      ...{ EVENKEEL_TEMPORAL_PORT: `${port}`, EVENKEEL_TEMPORAL_UI_PORT: `${uiPort}` },
      EVENKEEL_TEMPORAL_PASSWORD_FILE: passwordFile,
    };
    const project = `ek-test-temporal-${process.pid}`;
    try {
      await compose(project, env, 'up', '-d', '--wait');
      const reach = await connect({ address: `127.0.0.1:${port}`, namespace: 'default', env: {}, timeoutMs: 60_000 });
      return new ProductionTemporal(project, env, reach, `http://127.0.0.1:${uiPort}`);
    } catch (error) {
      const logs = await compose(project, env, 'logs', '--tail', '30').catch(() => '');
      await compose(project, env, 'down', '--volumes', '--timeout', '0').catch(() => undefined);
      throw new Error(`${(error as Error).message}\n${logs}`, { cause: error });
    }
  }

  get client(): Client {
    return this.reach.client;
  }

  get address(): string {
    return this.reach.address;
  }

  /** Runs a command of Compose on it. */
  async compose(...args: string[]): Promise<string> {
    return compose(this.project, this.env, ...args);
  }

  async teardown(): Promise<void> {
    await this.reach.close();
    await this.compose('down', '--volumes', '--timeout', '0');
  }
}

async function compose(project: string, env: Record<string, string>, ...args: string[]): Promise<string> {
  return docker(['compose', '-f', path.join(repository, 'docker-compose.temporal.yml'), '-p', project, ...args], env);
}
