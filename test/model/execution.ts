import proto, { type coresdk } from '@temporalio/proto';
import { msToTs } from '@temporalio/common/lib/time.js';
import type { Workflow } from '@temporalio/worker/lib/workflow/interface.js';
import type { ActivityTask } from './activity-task.js';
import type { Agenda, Cancel } from './agenda.js';
import type { Identity, Sandbox } from './sandbox.js';

export type Job = coresdk.workflow_activation.IWorkflowActivationJob;
export type Command = coresdk.workflow_commands.IWorkflowCommand;

/** One workflow task of the history: what the workflow was told, and what it wanted then. */
interface Task {
  atMs: number;
  jobs: Job[];
  commands: Command[];
}

/** A workflow cannot be carried on: it threw what is no failure, or wants something else when it is replayed. */
export class WorkflowBroken extends Error {
  override readonly name = 'WorkflowBroken';
}

/** One run of a workflow: its history, and the sandboxed workflow for as long as a worker has it in its cache. */
export class Execution {
  status: 'open' | 'completed' | 'failed' | 'canceled' | 'terminated' = 'open';
  isCancelRequested = false;
  /** What has happened that the workflow has not been told of yet. */
  readonly news: Job[] = [];
  readonly activities = new Map<number, ActivityTask>();
  readonly timers = new Map<number, Cancel>();
  readonly children: { execution: Execution; isTerminatedWithParent: boolean }[] = [];
  /** How its parent is told of its end. */
  tellParent?: (end: coresdk.child_workflow.IChildWorkflowResult) => void;
  /** What a holder of a lease is known by. */
  memo: unknown;
  readonly history: Task[] = [];
  private workflow?: Workflow;
  /** Ways of the SDK that the history was made by. */
  private flags: number[] = [];

  constructor(
    readonly identity: Identity,
    readonly startedAtMs: number,
    private readonly sandbox: Sandbox,
    private readonly agenda: Agenda,
  ) {}

  get isOpen(): boolean {
    return this.status === 'open';
  }

  /** Tells the workflow all news; answers what it wants. */
  async work(news: Job[]): Promise<Command[]> {
    const workflow = (this.workflow ??= await this.revive());
    const task: Task = { atMs: this.agenda.nowMs, jobs: inOrder(news), commands: [] };
    task.commands = await this.activate(workflow, task, false);
    this.history.push(task);
    return task.commands;
  }

  /** What a query of the workflow answers; it may have closed. */
  async query(queryType: string): Promise<coresdk.workflow_commands.IQuerySuccess> {
    const workflow = (this.workflow ??= await this.revive());
    const jobs: Job[] = [{ queryWorkflow: { queryId: 'q', queryType, arguments: [], headers: {} } }];
    const [command] = await this.activate(workflow, { atMs: this.agenda.nowMs, jobs, commands: [] }, false);
    return command!.respondToQuery!.succeeded!;
  }

  /** The worker that had it in its cache has died. */
  async forget(): Promise<void> {
    await this.workflow?.dispose();
    delete this.workflow;
  }

  /** Another worker replays its history: the workflow has to want the very same. */
  private async revive(): Promise<Workflow> {
    const workflow = await this.sandbox.create(this.identity, this.startedAtMs);
    const refused = new Set(this.history.flatMap(({ commands }) => refusedUpdates(commands)));
    const known: Job[] = this.patches.map((patchId) => ({ notifyHasPatch: { patchId } }));
    for (const { atMs, jobs, commands } of this.history) {
      // An update that was refused is in no history.
      const told = jobs.filter(({ doUpdate }) => !doUpdate || !refused.has(doUpdate.protocolInstanceId!));
      if (told.length === 0) continue;
      const asReplayed = told.map((job) =>
        job.doUpdate ? { doUpdate: { ...job.doUpdate, runValidator: false } } : job,
      );
      const task = { atMs, jobs: [...known.splice(0), ...asReplayed], commands: [] };
      const wanted = commands.filter(({ updateResponse }) => !refused.has(updateResponse?.protocolInstanceId ?? ''));
      const wants = await this.activate(workflow, task, true);
      if (textOf(wants) !== textOf(wanted)) {
        throw new WorkflowBroken(
          `${this.identity.workflowId} is replayed in another way:\n${textOf(wanted)}\nbecame\n${textOf(wants)}`,
        );
      }
    }
    return workflow;
  }

  private get patches(): string[] {
    return this.history.flatMap(({ commands }) =>
      commands.flatMap(({ setPatchMarker }) => setPatchMarker?.patchId ?? []),
    );
  }

  private async activate(workflow: Workflow, { atMs, jobs }: Task, isReplaying: boolean): Promise<Command[]> {
    const activation = proto.coresdk.workflow_activation.WorkflowActivation.fromObject({
      ...{ runId: this.identity.runId, timestamp: msToTs(atMs), isReplaying, jobs },
      availableInternalFlags: this.flags,
      historyLength: 3 + 3 * this.history.length,
    });
    const { successful, failed } = await workflow.activate(activation);
    if (!successful) {
      throw new WorkflowBroken(
        `${this.identity.workflowId}: ${failed?.failure?.message}\n${failed?.failure?.stackTrace}`,
      );
    }
    this.flags = successful.usedInternalFlags ?? [];
    return successful.commands ?? [];
  }
}

/** Payloads in plain text, as people read them; so a secret would be seen. */
export function textOf(what: unknown): string {
  return JSON.stringify(what, (_key, value: unknown) =>
    ArrayBuffer.isView(value) ? Buffer.from(value as Uint8Array).toString('utf8') : value,
  );
}

/** As a worker tells them: its start first, then what people say, then what has become of what it had asked for. */
function inOrder(news: Job[]): Job[] {
  const rank = ({ initializeWorkflow, signalWorkflow, doUpdate, cancelWorkflow }: Job): number =>
    initializeWorkflow ? 0 : signalWorkflow || doUpdate || cancelWorkflow ? 1 : 2;
  return [...news].sort((a, b) => rank(a) - rank(b));
}

/** Updates that were refused before they were accepted. */
function refusedUpdates(commands: Command[]): string[] {
  const responses = commands.flatMap(({ updateResponse }) => updateResponse ?? []);
  const accepted = new Set(responses.filter((one) => one.accepted).map((one) => one.protocolInstanceId));
  const refused = responses.filter((one) => one.rejected && !accepted.has(one.protocolInstanceId));
  return refused.map((one) => one.protocolInstanceId!);
}
