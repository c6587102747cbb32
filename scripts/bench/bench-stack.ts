import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile, mkdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Deployments } from '../../src/client/deployments.js';
import { deployId, WORKFLOW_QUEUE } from '../../src/names.js';
import type { DeployRequest } from '../../src/spec/deploy-input.js';
import type { DeployResult } from '../../src/spec/deploy-result.js';
import { CLI, type OwnServer } from './own-server.js';
import { run } from './run.js';

const MOST_ROUNDS = 20;

/** A Compose project of the bench, in a folder of its own. Afterwards nothing of it is left: `remove`. */
export class BenchStack {
  private constructor(
    private readonly server: OwnServer,
    readonly name: string,
    readonly directory: string,
  ) {}

  /** Writes the files, by their path from the project's folder. Starts nothing. */
  static async make(server: OwnServer, what: string, files: Record<string, string>): Promise<BenchStack> {
    const name = `ek-bench-${what}-${randomBytes(3).toString('hex')}`;
    const stack = new BenchStack(server, name, await mkdtemp(path.join(os.tmpdir(), `${name}-`)));
    for (const [file, content] of Object.entries(files)) await stack.write(file, content);
    return stack;
  }

  async write(file: string, content: string): Promise<void> {
    const full = path.join(this.directory, file);
    await mkdir(path.dirname(full), { recursive: true });
    await writeFile(full, content);
  }

  /** Sets the variables that the Compose file interpolates. */
  async set(variables: Record<string, string | number>): Promise<void> {
    const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
    await this.write('.env', lines.join(''));
  }

  /** `docker compose …`, as a person types it. */
  async compose(...args: string[]): Promise<string> {
    return run(['docker', 'compose', '-p', this.name, ...args], { cwd: this.directory });
  }

  /**
   * Stands still from here to `goOn`: the healthchecks of one stack are a load for what is measured on another. A container that
   * cannot be frozen at this very moment, because a healthcheck is just entering it, can be a moment later.
   */
  async standStill(): Promise<void> {
    for (let round = 1; ; round += 1) {
      const running = await this.containers('running');
      if (running.length === 0) return;
      try {
        await run(['docker', 'pause', ...running]);
      } catch (error) {
        if (round === MOST_ROUNDS) throw error;
      }
    }
  }

  async goOn(): Promise<void> {
    const paused = await this.containers('paused');
    if (paused.length > 0) await run(['docker', 'unpause', ...paused]);
  }

  private async containers(status: 'running' | 'paused'): Promise<string[]> {
    const project = `label=com.docker.compose.project=${this.name}`;
    return lines(await run(['docker', 'ps', '-q', '--filter', project, '--filter', `status=${status}`]));
  }

  /** `evenkeel stack add`. */
  async register(): Promise<void> {
    await this.evenkeel('stack', 'add');
  }

  /** `evenkeel …`, as a person types it. Returns what it printed. */
  async evenkeel(...args: string[]): Promise<string> {
    return run([process.execPath, CLI, '-p', this.name, ...args], { cwd: this.directory, env: this.server.env });
  }

  /** Asks for a deployment as a program would, and returns its workflow id at once. */
  async start(request: Omit<DeployRequest, 'stack'> = {}): Promise<string> {
    const workflowId = deployId('any', this.name, new Date());
    await this.server.client.workflow.start('deploy', {
      taskQueue: WORKFLOW_QUEUE,
      workflowId,
      args: [{ stack: this.name, ...request }],
    });
    return workflowId;
  }

  /** Deploys, waits for the end, and returns the workflow id. Throws unless the outcome is the one that is expected. */
  async deploy(expected = 'succeeded'): Promise<string> {
    const workflowId = await this.start();
    await this.ended(workflowId, expected);
    return workflowId;
  }

  /** Waits for the end of a deployment. Throws unless the outcome is the one that is expected. */
  async ended(workflowId: string, expected = 'succeeded'): Promise<void> {
    const { outcome, failure } = await this.resultOf(workflowId);
    if (outcome === expected) return;
    throw new Error(`${workflowId} ended as ${outcome}, not as ${expected}: ${failure?.message ?? 'nothing failed'}`);
  }

  /** Waits for the end of a deployment, and returns what it came to. Throws when it came to nothing, as with invalid input. */
  async resultOf(workflowId: string): Promise<DeployResult> {
    const end = await new Deployments(this.server.client).end(workflowId);
    if (end.kind === 'reported') return end.report;
    throw new Error(`${workflowId} came to nothing: ${end.message}`);
  }

  /** Containers, volumes, those kept after a restore too, networks, images and tags of the project, and its folder. */
  async remove(): Promise<void> {
    const label = `label=com.docker.compose.project=${this.name}`;
    const containers = lines(await run(['docker', 'ps', '-aq', '--filter', label]));
    if (containers.length > 0) await run(['docker', 'rm', '-fv', ...containers]);
    for (const kind of ['network', 'volume']) {
      const names = lines(await run(['docker', kind, 'ls', '-q', '--filter', label]));
      if (names.length > 0) await run(['docker', kind, 'rm', ...names]);
    }
    const kept = ['--filter', `label=evenkeel.kept-of=${this.name}`];
    for (const name of lines(await run(['docker', 'volume', 'ls', '-q', ...kept]))) {
      await run(['docker', 'volume', 'rm', name]);
    }
    const images = lines(await run(['docker', 'images', '--format', '{{.Repository}}:{{.Tag}}']));
    const own = images.filter((reference) => reference.includes(this.name));
    // What a rebuild leaves behind has no name; Compose labels what it builds.
    const nameless = lines(await run(['docker', 'images', '-q', '--filter', 'dangling=true', '--filter', label]));
    if (own.length + nameless.length > 0) await run(['docker', 'rmi', '-f', ...own, ...nameless]);
    await rm(this.directory, { recursive: true, force: true });
  }
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
