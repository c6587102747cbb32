import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { ChildCommand } from '../../src/docker/children.js';
import { eventually } from './processes.js';

export const PATH = process.env['PATH'] ?? '';

/** A folder in which one child of a test works and leaves its traces. */
export class ChildPlace {
  private constructor(readonly home: string) {}

  static async make(): Promise<ChildPlace> {
    return new ChildPlace(await mkdtemp(path.join(os.tmpdir(), 'ek-child-')));
  }

  shell(script: string, more: Partial<ChildCommand> = {}): ChildCommand {
    return {
      folder: path.join(this.home, 'run', 'children', 'one'),
      argv: ['/bin/sh', '-c', script],
      cwd: this.home,
      env: { PATH },
      ...more,
    };
  }

  /** What the child has written into a file; undefined while there is none. */
  written(name: string): Promise<string | undefined> {
    return readFile(path.join(this.home, name), 'utf8').catch(() => undefined);
  }

  /** A pid that the child writes into a file, as soon as it is there. */
  pidIn(name: string): Promise<number> {
    return eventually(
      `a pid in ${name}`,
      async () => Number.parseInt((await this.written(name)) ?? '', 10) || undefined,
    );
  }

  async remove(): Promise<void> {
    await rm(this.home, { recursive: true, force: true });
  }
}
