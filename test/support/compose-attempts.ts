import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { childSignals } from '../../activities/child-signals.js';
import { composeUntil } from '../../activities/compose-children.js';
import type { World } from '../../activities/world.js';
import type { Frozen } from '../../src/store/frozen.js';
import { runFolder, type Layout } from '../../src/store/layout.js';
import { shellProgram } from './shell-program.js';

const execution = { workflowId: 'deploy', runId: 'run' };

export function anEnvironment(info: { startToCloseTimeoutMs?: number } = {}): MockActivityEnvironment {
  return new MockActivityEnvironment(
    { workflowExecution: execution, startToCloseTimeoutMs: 60_000, ...info },
    { logger: new DefaultLogger('ERROR') },
  );
}

/** Attempts of one step that calls a `docker` of the test's own. */
export class ComposeAttempts {
  private constructor(readonly folder: string) {}

  static async make(): Promise<ComposeAttempts> {
    return new ComposeAttempts(await mkdtemp(path.join(os.tmpdir(), 'ek-children-')));
  }

  /** What `docker` does when it is called for the first time, the second time, … It starts no program to count: it is called often. */
  async dockerDoes(...scripts: string[]): Promise<void> {
    await mkdir(this.bin, { recursive: true });
    const cases = scripts.map((script, index) => `${index}) ${script};;`).join('\n');
    const calls = `"${this.bin}/call-"`;
    const docker = `set -- ${calls}*\n[ -e "$1" ] || shift\n: >${calls}$#\ncase $# in\n${cases}\nesac`;
    await shellProgram(this.bin, 'docker', docker);
  }

  /** One attempt, which is done as soon as `docker` has been called `until` times. */
  async attempt(until: number, environment = anEnvironment(), endable = false, withinMs?: number): Promise<string> {
    const env = { PATH: `${this.bin}:${process.env['PATH']}` };
    const world = { layout: this.layout, env } as unknown as World;
    const frozen: Frozen = {
      folder: this.folder,
      composeFile: 'compose.yaml',
      spec: { project: 'shop' } as Frozen['spec'],
      directory: this.folder,
      secrets: {},
      redact: (text) => text.replaceAll('hunter2', '***'),
    };
    return (await environment.run(() =>
      composeUntil(world, {
        stack: 'shop',
        name: 'replace-api',
        doing: 'replacing api',
        frozen,
        prepare: async () => ({ args: ['up'] }),
        look: async () => ((await this.calls()) >= until ? 'done' : undefined),
        unmet: 'nothing is there',
        ...(endable ? childSignals() : {}),
        withinMs,
      }),
    )) as string;
  }

  /** How often `docker` has been called. */
  async calls(): Promise<number> {
    return (await readdir(this.bin)).filter((name) => name.startsWith('call-')).length;
  }

  /** The names of the folders of the children. */
  async children(): Promise<string[]> {
    return (await readdir(path.join(runFolder(this.layout, 'shop', 'deploy', 'run'), 'children'))).sort();
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  private get bin(): string {
    return path.join(this.folder, 'bin');
  }

  private get layout(): Layout {
    return { home: this.folder, lockDir: path.join(this.folder, 'locks') };
  }
}
