import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { childScripts, type Scripts } from '../../src/backup/scripts.js';
import type { Dump, DumpPlace, RestorePlace } from '../../src/backup/store-kind.js';
import { dockerodeEngine } from '../../src/docker/dockerode-engine.js';
import type { StoreBackup, StoreRef } from '../../src/spec/backup.js';
import { docker } from './docker-cli.js';

/** Stores in containers of their own, and a folder for their backups; gone after the test. */
export class StoreWorld {
  readonly engine = dockerodeEngine(process.env);
  private readonly containers: string[] = [];
  private readonly volumes: string[] = [];

  private constructor(
    readonly folder: string,
    readonly name: string,
  ) {}

  static async make(): Promise<StoreWorld> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'ek-store-'));
    return new StoreWorld(folder, `ek-test-store-${randomBytes(3).toString('hex')}`);
  }

  /** Runs a container; `args` are those of `docker run` before and after the image. */
  async run(args: string[], start = true): Promise<string> {
    const name = `${this.name}-${this.containers.length}`;
    const id = await docker([...(start ? ['run', '-d'] : ['create']), '--name', name, ...args]);
    this.containers.push(id);
    return id;
  }

  async volume(): Promise<string> {
    const name = `${this.name}-volume-${this.volumes.length}`;
    await docker(['volume', 'create', name]);
    this.volumes.push(name);
    return name;
  }

  /** Scripts of a step of its own, as each would be in a new run. */
  async scripts(signal?: AbortSignal): Promise<Scripts> {
    const runFolder = await mkdtemp(path.join(this.folder, 'run-'));
    const terminate = signal === undefined ? {} : { terminateOn: signal };
    return childScripts({
      runFolder,
      env: process.env as Record<string, string>,
      redact: (text) => text,
      ...terminate,
    });
  }

  async dumpPlace(container: string, more: Partial<DumpPlace> = {}): Promise<DumpPlace> {
    const folder = await mkdtemp(path.join(this.folder, 'backup-'));
    const place = { engine: this.engine, container, folder, session: `evenkeel-${this.name}` };
    return { ...place, scripts: await this.scripts(), ...more };
  }

  /** A store with its dump, as a backup has it. */
  async backup(store: StoreRef, dump: Dump, container: string): Promise<StoreBackup> {
    const imageId = (await this.engine.inspect(container))!.Image;
    return { ...store, ...dump, imageId, takenAtMs: 0, durationMs: 0 };
  }

  async restorePlace(container: string, folder: string): Promise<RestorePlace> {
    return { engine: this.engine, container, folder, scripts: await this.scripts() };
  }

  async remove(): Promise<void> {
    if (this.containers.length > 0) await docker(['rm', '-fv', ...this.containers]);
    if (this.volumes.length > 0) await docker(['volume', 'rm', '-f', ...this.volumes]);
    await rm(this.folder, { recursive: true, force: true });
  }
}
