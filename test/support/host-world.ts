import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { World } from '../../activities/world.js';
import { dockerodeEngine } from '../../src/docker/dockerode-engine.js';
import { takeEpoch } from '../../src/store/epoch.js';
import { runFolder } from '../../src/store/layout.js';

/**
 * A host with a real engine, a state folder of its own, and a Temporal that says of every run that it is open, and knows of no schedule: enough to
 * take steps one by one, without a workflow.
 */
export class HostWorld {
  private constructor(
    readonly folder: string,
    readonly world: World,
  ) {}

  static async make(): Promise<HostWorld> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'ek-host-'));
    const describe = async () => ({ status: { name: 'RUNNING' }, runId: 'run', raw: {} });
    const world: World = {
      layout: { home: path.join(folder, 'state'), lockDir: path.join(folder, 'locks') },
      host: 'here',
      engine: dockerodeEngine(process.env),
      temporal: {
        options: { namespace: 'default' },
        withDeadline: (_until: number, ask: () => Promise<unknown>) => ask(),
        workflow: { getHandle: () => ({ describe }) },
        workflowService: { describeSchedule: () => Promise.reject(new Error('nothing is scheduled')) },
      } as unknown as World['temporal'],
      env: process.env,
      leaving: new AbortController().signal,
    };
    return new HostWorld(folder, world);
  }

  /** Begins a run of a stack; its turn goes with every step. */
  async run(stack: string): Promise<Run> {
    const run = { workflowId: 'deploy', runId: randomBytes(4).toString('hex') };
    const { epoch } = await takeEpoch(this.world.layout, stack, run, new Date());
    const { workflowId, runId } = run;
    return new Run(this.world, { stack, epoch }, run, runFolder(this.world.layout, stack, workflowId, runId));
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** One run, step by step. */
export class Run {
  constructor(
    private readonly world: World,
    readonly turn: { stack: string; epoch: number },
    readonly execution: { workflowId: string; runId: string },
    readonly folder: string,
  ) {}

  /** Where one attempt of a step runs, for a test that cancels it, or has it be a later one. */
  environment(attempt = 1): MockActivityEnvironment {
    return new MockActivityEnvironment(
      { workflowExecution: this.execution, startToCloseTimeoutMs: 3_600_000, attempt },
      { logger: new DefaultLogger('ERROR') },
    );
  }

  /** Takes a step as Temporal would have it taken, by its first attempt unless said otherwise; `args` are completed with the turn. */
  async take<A extends object, R>(
    step: (world: World) => (args: A) => Promise<R>,
    args: Omit<A, 'stack' | 'epoch'>,
    attempt?: number,
  ): Promise<R> {
    return (await this.environment(attempt).run(step(this.world), { ...this.turn, ...args } as unknown as A)) as R;
  }
}
