import path from 'node:path';
import { Context } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import type { Activities } from '../../activities/activities.js';
import { hostQueue } from '../../src/names.js';
import { packageRoot } from '../../src/package-root.js';
import { AroundActivity } from '../../src/worker/activity-interceptor.js';
import { SERVER_TUNING } from '../../src/worker/server/dev-server-args.js';
import { fakeSteps } from './fake-steps.js';
import { temporalCli } from './temporal-cli.js';

/** Starts a deployment, or a run of another runbook, with an input, or with none at all. */
export type Start = (input?: object, runbook?: string) => Promise<WorkflowHandle>;

/** As workers load it: the one that the build has made. */
const BUNDLE = { codePath: path.join(packageRoot(), 'dist', 'workflow-bundle.js') };

/** A step that is held up by its test sends heartbeats as a real one does. */
const interceptors = { activity: [(context: Context) => ({ inbound: new AroundActivity(context, undefined) })] };

/** Where runs of all cases are begun; whose steps they take, their ids say. */
export const CASES_QUEUE = 'evenkeel-cases';

/** A real Temporal on which the real workflows run with steps that do nothing. One a test file. */
export class WorkflowWorld {
  private runs = 0;
  /** The steps of the cases that are going on, by their host. */
  private readonly steps = new Map<string, Activities>();
  private readonly stopping = new AbortController();
  private worker: Promise<void> = Promise.resolve();
  /** Rejects when the worker fails, and never resolves. */
  private failure = new Promise<never>(() => undefined);

  private constructor(readonly env: TestWorkflowEnvironment) {}

  static async start(): Promise<WorkflowWorld> {
    if (!Runtime._instance) Runtime.install({ logger: new DefaultLogger('ERROR') });
    const env = await TestWorkflowEnvironment.createLocal({
      server: { executable: { type: 'existing-path', path: temporalCli() }, extraArgs: [...SERVER_TUNING] },
    });
    const world = new WorkflowWorld(env);
    await world.serveWorkflows();
    return world;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.worker;
    await this.env.teardown();
  }

  /** Runs deployments with the given steps; each case has a host of its own. */
  async withSteps<T>(
    overrides: Partial<Activities>,
    act: (start: Start, calls: string[], host: string) => Promise<T>,
  ): Promise<T> {
    const host = `host-${++this.runs}`;
    const { steps, calls } = fakeSteps({ locateStack: async () => ({ host, indexed: false }), ...overrides });
    const connection = this.env.nativeConnection;
    const activities = await Worker.create({ connection, taskQueue: hostQueue(host), activities: steps, interceptors });
    const start: Start = (input, runbook = 'deploy') =>
      this.env.client.workflow.start(runbook, {
        taskQueue: CASES_QUEUE,
        workflowId: `deploy/${host}/${++this.runs}`,
        args: input === undefined ? [] : [input],
      });
    this.steps.set(host, steps);
    try {
      return await activities.runUntil(() => Promise.race([act(start, calls, host), this.failure]));
    } finally {
      this.steps.delete(host);
    }
  }

  /** One worker for the workflows of all cases: to load them takes longer than most cases do. */
  private async serveWorkflows(): Promise<void> {
    const names = Object.keys(fakeSteps().steps) as (keyof Activities)[];
    const worker = await Worker.create({
      connection: this.env.nativeConnection,
      taskQueue: CASES_QUEUE,
      workflowBundle: BUNDLE,
      activities: Object.fromEntries(names.map((name) => [name, this.stepOfItsCase(name)])),
      interceptors,
    });
    const stopped = new Promise<void>((stop) => this.stopping.signal.addEventListener('abort', () => stop()));
    this.worker = worker.runUntil(stopped);
    this.failure = this.worker.then(() => new Promise<never>(() => undefined));
    this.failure.catch(() => undefined);
  }

  /** What a run whose case is over asks for is answered by nobody any more. */
  private stepOfItsCase(name: keyof Activities): (args: never) => Promise<unknown> {
    return async (args) => {
      const { workflowId } = Context.current().info.workflowExecution!;
      const steps = this.steps.get(/host-\d+/.exec(workflowId)?.[0] ?? '');
      if (!steps) throw ApplicationFailure.nonRetryable(`the case of ${workflowId} is over`);
      return (steps[name] as (args: never) => Promise<unknown>)(args);
    };
  }
}

/** Waits for a call of a step, however long it takes. */
export async function calledOnce(calls: string[], call: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!calls.includes(call)) {
    if (Date.now() > deadline) throw new Error(`${call} was never called, but ${calls.join(', ')}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
