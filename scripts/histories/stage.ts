import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import type { Activities } from '../../activities/activities.js';
import type { Progress } from '../../src/spec/progress.js';
import { eventually } from '../../test/support/eventually.js';
import { type Start, WorkflowWorld } from '../../test/support/workflow-world.js';

/**
 * A way that a stack comes to only by an accident, or that takes real ones long: the workflows and Temporal are real, the steps do
 * nothing.
 */
export interface StagedWay {
  /** The name of its golden history. */
  name: string;
  /** How it ends, as `ends.ts` has it. */
  end: string;
  /** The workflow type that it begins; `deploy` where none is named. */
  runbook?: string;
  /** What that is asked for, on which host; `{"stack":"shop"}` where nothing is named. */
  input?: object | ((host: string) => object);
  /** The steps that do more than nothing. */
  steps?: Partial<Activities>;
  /** What happens to the run meanwhile. Returns the run whose history it is, where that is another one. */
  meanwhile?: (run: WorkflowHandle, stage: Stage) => Promise<WorkflowHandle | void>;
}

/** What people and the world do to a staged run. */
export class Stage {
  constructor(
    private readonly world: WorkflowWorld,
    readonly host: string,
    private readonly calls: string[],
    /** Begins another run there. */
    readonly start: Start,
  ) {}

  /** Returns once a step has been asked for so many times. */
  async called(call: string, times = 1): Promise<void> {
    await eventually(`${call} is asked for`, () => this.calls.filter((one) => one === call).length >= times);
  }

  /** Returns once the run asks people. */
  async asks(run: WorkflowHandle): Promise<void> {
    await this.stands(run, 'it asks', ({ asks }) => asks !== undefined);
  }

  /** Returns once the run stands so. */
  async stands(run: WorkflowHandle, what: string, holds: (progress: Progress) => boolean): Promise<void> {
    await eventually(what, async () => holds(await run.query<Progress>('progress')));
  }

  /** Resets a run to where one of its workflow tasks had ended; to the first one unless `activity` had been answered before. */
  async reset({ workflowId }: WorkflowHandle, activity?: string): Promise<WorkflowHandle> {
    const { workflow, workflowService } = this.world.env.client;
    const events = (await workflow.getHandle(workflowId).fetchHistory()).events ?? [];
    const scheduled = events.find(
      (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === activity,
    );
    const answered = events.findIndex((event) =>
      event.activityTaskCompletedEventAttributes?.scheduledEventId?.equals(scheduled?.eventId as never),
    );
    const task = events.slice(Math.max(0, answered)).find((event) => event.workflowTaskCompletedEventAttributes)!;
    const { runId } = await workflowService.resetWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId },
      reason: 'by a person',
      requestId: randomUUID(),
      workflowTaskFinishEventId: task.eventId as never,
    });
    return workflow.getHandle(workflowId, runId);
  }
}

/** Walks staged ways one after another, and gives the closed run of each, and its host, to `store`. */
export async function walkStaged(
  ways: StagedWay[],
  store: (way: StagedWay, run: WorkflowHandle, host: string) => Promise<void>,
): Promise<void> {
  const world = await WorkflowWorld.start();
  try {
    for (const way of ways) {
      await world.withSteps(way.steps ?? {}, async (start, calls, host) => {
        const { runbook = 'deploy', input = { stack: 'shop' } } = way;
        const run = await start(
          typeof input === 'function' ? (input as (host: string) => object)(host) : input,
          runbook,
        );
        const other = await way.meanwhile?.(run, new Stage(world, host, calls, start));
        await store(way, other ?? run, host);
      });
    }
  } finally {
    await world.stop();
  }
}
