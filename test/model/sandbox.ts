import { readFileSync } from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';
import { TypedSearchAttributes, type WorkflowExecution } from '@temporalio/common';
import type { coresdk } from '@temporalio/proto';
// Of this very version, which package.json pins: what a worker runs workflows in, without a worker.
import { parseWorkflowCode } from '@temporalio/worker/lib/worker.js';
import { ReusableVMWorkflowCreator } from '@temporalio/worker/lib/workflow/reusable-vm.js';
import type { Workflow } from '@temporalio/worker/lib/workflow/interface.js';
import { packageRoot } from '../../src/package-root.js';
import { fakeSteps } from '../support/fake-steps.js';

export type Activation = coresdk.workflow_activation.IWorkflowActivation;
export type Completion = coresdk.workflow_completion.IWorkflowActivationCompletion;

/** Who a workflow is. */
export interface Identity extends WorkflowExecution {
  workflowId: string;
  runId: string;
  type: string;
  parent?: { workflowId: string; runId: string } | undefined;
}

/** As a worker runs them, but for modules: loaded before any run, they are shared by all, which saves most of the time. None keeps state. */
class Creator extends ReusableVMWorkflowCreator {
  /** Not by `create`, which has the stack of every promise noted. */
  constructor(file: string) {
    const bundle = parseWorkflowCode(readFileSync(file, 'utf8'), file);
    const script = new vm.Script(bundle.code, { filename: bundle.filename });
    // No time-out either, since each takes a thread of its own.
    super(script, bundle, undefined as never, new Set(Object.keys(fakeSteps().steps)));
    vm.runInContext('__TEMPORAL__.importWorkflows()', this.context);
  }
}

/** Has workflows of the built bundle carried out in this process, by the code that workers do it with. */
export class Sandbox {
  private readonly creator: Creator;
  /** What tells a workflow of a promise that it leaves rejected stays with the process, if nobody takes it away. */
  private readonly listeners: NodeJS.UnhandledRejectionListener[];

  constructor() {
    const before = process.listeners('unhandledRejection');
    this.creator = new Creator(path.join(packageRoot(), 'dist', 'workflow-bundle.js'));
    this.listeners = process.listeners('unhandledRejection').filter((listener) => !before.includes(listener));
  }

  /** A workflow that has yet to be told that it begins. */
  async create({ type, parent, ...execution }: Identity, startedAtMs: number): Promise<Workflow> {
    const { runId } = execution;
    const startTime = new Date(startedAtMs);
    return this.creator.createWorkflow({
      info: {
        ...execution,
        ...(parent ? { parent: { ...parent, namespace: 'default' } } : {}),
        ...{ workflowType: type, searchAttributes: {}, typedSearchAttributes: new TypedSearchAttributes() },
        ...{ taskQueue: 'evenkeel', namespace: 'default', attempt: 1, taskTimeoutMs: 10_000, priority: {} },
        ...{ firstExecutionRunId: runId, originalExecutionRunId: runId, startTime, runStartTime: startTime },
        ...{ historyLength: 0, historySize: 0, continueAsNewSuggested: false, suggestedContinueAsNewReasons: [] },
        ...{ targetWorkerDeploymentVersionChanged: false, currentBuildId: '', root: undefined },
        unsafe: {
          ...{ now: () => startedAtMs, isReplaying: false, isReplayingHistoryEvents: false },
          random: () => 0.5,
        },
      } as never,
      randomnessSeed: [...Buffer.from(runId)],
      now: startedAtMs,
      showStackTraceSources: false,
    } as never);
  }

  close(): void {
    for (const listener of this.listeners) process.removeListener('unhandledRejection', listener);
  }
}
