import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { WorkflowHandle } from '@temporalio/client';
import { entryOf } from '../../src/cli/register.js';
import type { ContainerInspect } from '../../src/docker/engine.js';
import type { DeployRequest } from '../../src/spec/deploy-input.js';
import { WORKFLOW_QUEUE } from '../../src/names.js';
import { addStack } from '../../src/store/registry.js';
import { repository, type DeploymentWorld } from './deployment-world.js';
import { containersOf, engineOf, execIn, removeVolumes, unnamedVolumesOf } from './docker-api.js';
import { removeImagesOf } from './images-of-project.js';
import { endOf, type RunEnd } from './run-end.js';

const run = promisify(execFile);

/** Where a stack is deployed: a Temporal that has a worker, and the command line that speaks to it. */
export type StackWorld = Pick<DeploymentWorld, 'client' | 'evenkeel' | 'env' | 'stateFolder'>;

/** A Compose stack of test/stacks in a folder of its own, as a project of its own that is gone after the test. */
export class TestStack {
  private constructor(
    readonly world: StackWorld,
    readonly name: string,
    readonly directory: string,
  ) {}

  /** Copies a stack of test/stacks; `files` are written over it. It is registered with the world's host, as `evenkeel stack add` would. */
  static async make(
    world: StackWorld,
    fixture: string,
    files: Record<string, string> = {},
    name?: string,
  ): Promise<TestStack> {
    const stack = await TestStack.unregistered(world, fixture, files, name);
    const { directory } = stack;
    const project = { name: stack.name, directory, files: [], envFiles: [], profiles: [] };
    await addStack({ home: world.stateFolder, lockDir: '' }, entryOf(project, []), {});
    return stack;
  }

  static async unregistered(
    world: StackWorld,
    fixture: string,
    files: Record<string, string> = {},
    name = `ek-test-${fixture}-${randomBytes(3).toString('hex')}`,
  ): Promise<TestStack> {
    const directory = await mkdtemp(path.join(os.tmpdir(), `${name}-`));
    await cp(path.join(repository, 'test', 'stacks', fixture), directory, { recursive: true });
    const stack = new TestStack(world, name, directory);
    for (const [file, content] of Object.entries(files)) await stack.write(file, content);
    return stack;
  }

  async write(file: string, content: string): Promise<void> {
    await writeFile(path.join(this.directory, file), content);
  }

  async edit(file: string, change: (content: string) => string): Promise<void> {
    await this.write(file, change(await readFile(path.join(this.directory, file), 'utf8')));
  }

  /** Runs Docker Compose on the original files, as a person would. */
  async compose(...args: string[]): Promise<string> {
    const { stdout, stderr } = await run('docker', ['compose', '-p', this.name, ...args], {
      cwd: this.directory,
      env: this.world.env,
    });
    return stdout + stderr;
  }

  /** Starts a deployment and returns at once. */
  async start(request: Omit<DeployRequest, 'stack'> = {}): Promise<WorkflowHandle> {
    return this.world.client.workflow.start('deploy', {
      taskQueue: WORKFLOW_QUEUE,
      workflowId: `deploy/test/${this.name}/${randomBytes(3).toString('hex')}`,
      args: [{ stack: this.name, ...request }],
    });
  }

  /** Deploys and waits for the end. */
  async deploy(request: Omit<DeployRequest, 'stack'> = {}): Promise<RunEnd> {
    return endOf(await this.start(request));
  }

  /** `docker inspect` of every container of the project, one-offs and leftovers included. */
  async inspect(): Promise<ContainerInspect[]> {
    return containersOf(engineOf(this.world.env), this.name);
  }

  /** Ids of the containers, by service and number: `{ 'web-1': '3f2a…' }`. */
  async ids(): Promise<Record<string, string>> {
    const inspected = await this.inspect();
    return Object.fromEntries(inspected.map((container) => [placeOf(container), container.Id]));
  }

  /** What runs, by service and number: image id and state, for `all new or all old`. */
  async state(): Promise<Record<string, string>> {
    const inspected = await this.inspect();
    return Object.fromEntries(
      inspected.map((container) => [placeOf(container), `${container.State.Status} ${versionOf(container)}`]),
    );
  }

  /** Runs a command in a service's first container. */
  async exec(service: string, ...command: string[]): Promise<string> {
    const first = (await this.inspect()).find((container) => placeOf(container) === `${service}-1`);
    if (!first) throw new Error(`service ${service} has no container`);
    return (await execIn(engineOf(this.world.env), first.Id, command)).trim();
  }

  /** The version that a service answers with, asked within its own container, wherever else it may be reached. */
  async version(service: string): Promise<string> {
    return this.exec(service, 'wget', '-qO-', 'http://127.0.0.1:8080/version');
  }

  /** Takes away all that the test made: containers, volumes with or without a name, networks, and the images of this project, named or not. */
  async remove(): Promise<void> {
    const engine = engineOf(this.world.env);
    const unnamed = await unnamedVolumesOf(engine, this.name).catch(() => []);
    await run('docker', ['compose', '-p', this.name, 'down', '-v', '-t', '0', '--remove-orphans'], {
      cwd: os.tmpdir(),
      env: this.world.env,
    }).catch(() => undefined);
    await removeVolumes(engine, unnamed).catch(() => undefined);
    await removeImagesOf(this.name).catch(() => undefined);
    await rm(this.directory, { recursive: true, force: true });
  }
}

function placeOf({ Config, Name }: ContainerInspect): string {
  const number = Config.Labels['com.docker.compose.container-number'];
  const leftover = /^\/[0-9a-f]{12}_/.test(Name) ? ` leftover ${Name}` : '';
  return `${Config.Labels['com.docker.compose.service']}-${number}${leftover}`;
}

/** The version a test service says it is. */
function versionOf({ Config }: ContainerInspect): string {
  return Config.Env.find((line) => line.startsWith('VERSION='))?.slice('VERSION='.length) ?? '';
}
