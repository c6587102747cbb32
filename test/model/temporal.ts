import { defaultPayloadConverter, toPayloads } from '@temporalio/common';
import type { coresdk } from '@temporalio/proto';
import { type ActivityResult, ActivityTask, type Attempt, type AttemptEnd } from './activity-task.js';
import type { Agenda } from './agenda.js';
import type { Chance } from './chance.js';
import { type Command, Execution, type Job } from './execution.js';
import { msOf, noSuchWorkflow } from './failures.js';
import type { Identity, Sandbox } from './sandbox.js';
import { FakeWorker } from './worker.js';

/** A step that some worker is to do for a run. */
export interface StepCall {
  run: Execution;
  activity: string;
  args: unknown;
  attempt: number;
}

export type PerformStep = (call: StepCall, ended: (end: AttemptEnd) => void) => Attempt;

type Started = coresdk.workflow_commands.IStartChildWorkflowExecution;

const TERMINATE = 1;
const WAIT = 1;

/** What Temporal's server and a worker make of the commands of workflows, in a time of its own. */
export class FakeTemporal {
  readonly executions: Execution[] = [];
  /** What came of each update, by its id. */
  readonly updates = new Map<string, 'accepted' | string>();
  readonly worker: FakeWorker;
  private names = 0;

  constructor(
    readonly agenda: Agenda,
    private readonly chance: Chance,
    private readonly sandbox: Sandbox,
    private readonly perform: PerformStep,
    /** Told of each close, and of what a workflow tells another. */
    private readonly watch: {
      closed?: (run: Execution) => void;
      signalled?: (to: Execution, from: Execution, signal: string) => void;
    },
  ) {
    this.worker = new FakeWorker(agenda, chance);
  }

  start(type: string, workflowId: string, input: unknown, parent?: Execution): Execution {
    const runId = `run-${++this.names}`;
    const who: Identity = { type, workflowId, runId, ...(parent ? { parent: parent.identity } : {}) };
    const execution = new Execution(who, this.agenda.nowMs, this.sandbox, this.agenda);
    this.executions.push(execution);
    this.tell(execution, {
      initializeWorkflow: {
        ...{ workflowId, workflowType: type, arguments: payloads(input), headers: {}, attempt: 1 },
        firstExecutionRunId: runId,
      },
    });
    return execution;
  }

  /** The open run of that id. */
  open(workflowId: string): Execution | undefined {
    return this.executions.find((one) => one.isOpen && one.identity.workflowId === workflowId);
  }

  cancel(execution: Execution): void {
    if (!execution.isOpen || execution.isCancelRequested) return;
    execution.isCancelRequested = true;
    this.tell(execution, { cancelWorkflow: { reason: '' } });
  }

  terminate(execution: Execution): void {
    if (execution.isOpen) this.close(execution, 'terminated', { failed: { failure: { message: 'terminated' } } });
  }

  /** Somebody says something to a run; what comes of it is in `updates`. */
  update(execution: Execution, name: string, word: object): string {
    const id = `update-${++this.names}`;
    const meta = { updateId: id, identity: 'person' };
    this.tell(execution, {
      doUpdate: { id, protocolInstanceId: id, name, input: payloads(word), headers: {}, meta, runValidator: true },
    });
    return id;
  }

  async query<T>(execution: Execution, name: string): Promise<T> {
    return defaultPayloadConverter.fromPayload((await execution.query(name)).response!);
  }

  /** The worker is killed: what it was at is lost, and what it had in its cache is replayed by the next. */
  async killWorker(downMs: number): Promise<void> {
    this.worker.die(downMs);
    for (const execution of this.executions) {
      await execution.forget();
      for (const task of execution.activities.values()) task.lose();
    }
  }

  private tell(execution: Execution, ...news: Job[]): void {
    if (!execution.isOpen) return;
    execution.news.push(...news);
    if (execution.news.length === news.length) this.worker.take(() => this.work(execution));
  }

  private async work(execution: Execution): Promise<void> {
    const news = execution.news.splice(0);
    if (!execution.isOpen) return;
    for (const command of await execution.work(news)) this.obey(execution, command);
  }

  private obey(run: Execution, command: Command): void {
    const { scheduleActivity, requestCancelActivity, startTimer, cancelTimer, updateResponse } = command;
    const { startChildWorkflowExecution, signalExternalWorkflowExecution } = command;
    const { completeWorkflowExecution, failWorkflowExecution, cancelWorkflowExecution } = command;
    if (scheduleActivity) this.schedule(run, scheduleActivity);
    else if (requestCancelActivity) this.cancelActivity(run, requestCancelActivity.seq!);
    else if (startTimer) this.startTimer(run, startTimer);
    else if (cancelTimer) run.timers.get(cancelTimer.seq!)?.();
    else if (updateResponse) this.noteUpdate(updateResponse);
    else if (startChildWorkflowExecution) this.startChild(run, startChildWorkflowExecution);
    else if (signalExternalWorkflowExecution) this.signal(run, signalExternalWorkflowExecution);
    else if (completeWorkflowExecution) {
      this.close(run, 'completed', { completed: { result: completeWorkflowExecution.result ?? null } });
    } else if (failWorkflowExecution) {
      this.close(run, 'failed', { failed: { failure: failWorkflowExecution.failure ?? null } });
    } else if (cancelWorkflowExecution)
      this.close(run, 'canceled', { cancelled: { failure: { message: 'canceled' } } });
    else if (!INERT.some((name) => name in command)) throw new Error(`unknown here: ${Object.keys(command).join()}`);
  }

  private schedule(run: Execution, order: coresdk.workflow_commands.IScheduleActivity): void {
    const seq = order.seq!;
    const [args] = (order.arguments ?? []).map((one) => defaultPayloadConverter.fromPayload<unknown>(one));
    const resolve = (result: ActivityResult): void => this.tell(run, { resolveActivity: { seq, result } });
    const activity = order.activityType!;
    const perform = (attempt: number, ended: (end: AttemptEnd) => void): Attempt =>
      this.perform({ run, activity, args, attempt }, ended);
    const encode = (result: unknown): ActivityResult => ({ completed: { result: payloads(result)[0] ?? null } });
    run.activities.set(seq, new ActivityTask(order, this.agenda, this.worker, perform, resolve, encode));
  }

  private cancelActivity(run: Execution, seq: number): void {
    const task = run.activities.get(seq)!;
    if (task.order.cancellationType !== WAIT)
      throw new Error(`nobody waits for ${task.order.activityType} to be cancelled`);
    task.requestCancel();
  }

  private startTimer(run: Execution, { seq, startToFireTimeout }: coresdk.workflow_commands.IStartTimer): void {
    run.timers.set(
      seq!,
      this.agenda.after(msOf(startToFireTimeout), () => this.tell(run, { fireTimer: { seq: seq! } })),
    );
  }

  private noteUpdate({ protocolInstanceId, accepted, rejected }: coresdk.workflow_commands.IUpdateResponse): void {
    if (accepted) this.updates.set(protocolInstanceId!, 'accepted');
    if (rejected) this.updates.set(protocolInstanceId!, rejected.message ?? '');
  }

  private startChild(
    parent: Execution,
    { seq, workflowId, workflowType, input, memo, parentClosePolicy }: Started,
  ): void {
    this.soon(() => {
      const begun = (how: object): void =>
        this.tell(parent, { resolveChildWorkflowExecutionStart: { seq: seq!, ...how } });
      if (!parent.isOpen) return;
      if (this.open(workflowId!)) {
        return begun({ failed: { workflowId: workflowId!, workflowType: workflowType!, cause: 1 } });
      }
      const [args] = (input ?? []).map((one) => defaultPayloadConverter.fromPayload<unknown>(one));
      const child = this.start(workflowType!, workflowId!, args, parent);
      if (memo?.['holder']) child.memo = defaultPayloadConverter.fromPayload(memo['holder']);
      child.tellParent = (result) => this.tell(parent, { resolveChildWorkflowExecution: { seq: seq!, result } });
      parent.children.push({ execution: child, isTerminatedWithParent: parentClosePolicy === TERMINATE });
      begun({ succeeded: { runId: child.identity.runId } });
    });
  }

  private signal(
    from: Execution,
    { seq, workflowExecution, signalName, args }: coresdk.workflow_commands.ISignalExternalWorkflowExecution,
  ): void {
    this.soon(() => {
      const to = this.open(workflowExecution!.workflowId!);
      if (to) {
        this.watch.signalled?.(to, from, signalName!);
        this.tell(to, { signalWorkflow: { signalName: signalName!, input: args ?? [], headers: {} } });
      }
      const failure = to ? {} : { failure: noSuchWorkflow(workflowExecution!.workflowId!) };
      this.tell(from, { resolveSignalExternalWorkflow: { seq: seq!, ...failure } });
    });
  }

  private close(
    run: Execution,
    status: Exclude<Execution['status'], 'open'>,
    end: coresdk.child_workflow.IChildWorkflowResult,
  ): void {
    run.status = status;
    for (const cancel of run.timers.values()) cancel();
    for (const task of run.activities.values()) task.drop();
    run.tellParent?.(end);
    this.watch.closed?.(run);
    for (const { execution, isTerminatedWithParent } of run.children) {
      if (isTerminatedWithParent) this.soon(() => this.terminate(execution));
    }
  }

  /** Servers take a moment. */
  private soon(act: () => void): void {
    this.agenda.after(this.chance.between(1, 10), act);
  }
}

/** Commands that change nothing but what people see. */
const INERT = ['upsertWorkflowSearchAttributes', 'modifyWorkflowProperties', 'setPatchMarker', 'respondToQuery'];

function payloads(value: unknown) {
  return value === undefined ? [] : (toPayloads(defaultPayloadConverter, value) ?? []);
}
