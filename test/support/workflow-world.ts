import path from 'node:path';
import type { Context } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
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

/** A real Temporal on which the real workflows run with steps that do nothing. One a test file. */
export class WorkflowWorld {
  private runs = 0;

  private constructor(readonly env: TestWorkflowEnvironment) {}

  static async start(): Promise<WorkflowWorld> {
    if (!Runtime._instance) Runtime.install({ logger: new DefaultLogger('ERROR') });
    const env = await TestWorkflowEnvironment.createLocal({
      server: { executable: { type: 'existing-path', path: temporalCli() }, extraArgs: [...SERVER_TUNING] },
    });
    return new WorkflowWorld(env);
  }

  async stop(): Promise<void> {
    await this.env.teardown();
  }

  /** Runs deployments with the given steps; each case has queues and a host of its own. */
  async withSteps<T>(
    overrides: Partial<Activities>,
    act: (start: Start, calls: string[], host: string) => Promise<T>,
  ): Promise<T> {
    const host = `host-${++this.runs}`;
    const { steps, calls } = fakeSteps({ locateStack: async () => ({ host, indexed: false }), ...overrides });
    const connection = this.env.nativeConnection;
    const taskQueue = `evenkeel-${host}`;
    const workflows = await Worker.create({
      connection,
      taskQueue,
      workflowBundle: BUNDLE,
      activities: steps,
      interceptors,
    });
    const activities = await Worker.create({ connection, taskQueue: hostQueue(host), activities: steps, interceptors });
    const start: Start = (input, runbook = 'deploy') =>
      this.env.client.workflow.start(runbook, {
        taskQueue,
        workflowId: `deploy/${host}/${++this.runs}`,
        args: input === undefined ? [] : [input],
      });
    return workflows.runUntil(() => activities.runUntil(() => act(start, calls, host)));
  }
}

/** Waits for a call of a step, however long it takes. */
export async function calledOnce(calls: string[], call: string): Promise<void> {
  while (!calls.includes(call)) await new Promise((resolve) => setTimeout(resolve, 10));
}
