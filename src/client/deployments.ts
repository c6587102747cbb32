import { type Client, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { backupRunId, deployId, restoreRunId, rollbackRunId, WORKFLOW_QUEUE } from '../names.js';
import { backupInput, type BackupRequest } from '../spec/backup-input.js';
import { type DeployRequest, deployInput } from '../spec/deploy-input.js';
import { restoreInput, type RestoreRequest } from '../spec/restore-input.js';
import { rollbackInput, type RollbackRequest } from '../spec/rollback-input.js';
import type { Progress } from '../spec/progress.js';
import { isAway } from './away.js';
import { type DeploymentEnd, type DeployReport, endFromError } from './deployment-end.js';
import { ClientError } from './errors.js';
import type { Approving, Extending, Resolving, Word } from '../../workflows/messages.js';

/** Which run of which workflow. */
export interface RunRef {
  workflowId: string;
  runId: string;
}

/** What can be said to a run, and the words that go with it. */
interface Words {
  abort: Word;
  approve: Approving;
  reject: Word;
  pause: Word;
  resume: Word;
  extendDeadline: Extending;
  resolve: Resolving;
}
export type Message = keyof Words;
export type WordOf<M extends Message> = Words[M];

/** Starts deployments, watches them, and speaks to them. Stateless: any process may use any run. */
export class Deployments {
  constructor(private readonly client: Client) {}

  /**
   * Asks for a deployment; it is durable once this returns. Throws zod's error for input that the runbook would refuse.
   */
  async start(request: DeployRequest, now = new Date()): Promise<RunRef> {
    const { stack, host } = deployInput().parse(request);
    const handle = await this.client.workflow.start('deploy', {
      taskQueue: WORKFLOW_QUEUE,
      workflowId: deployId(host ?? 'any', stack, now),
      args: [request],
      staticSummary: summaryOf(request),
      staticDetails: detailsOf(request),
    });
    return { workflowId: handle.workflowId, runId: handle.firstExecutionRunId };
  }

  /** Asks for a backup, or for a drill of one, in the same way. It is followed and aborted as a deployment is. */
  async startBackup(request: BackupRequest, now = new Date()): Promise<RunRef> {
    const { stack, host, backup, performer, reason } = backupInput().parse(request);
    const handle = await this.client.workflow.start('backup', {
      taskQueue: WORKFLOW_QUEUE,
      workflowId: backupRunId(host ?? 'any', stack, now),
      args: [request],
      staticSummary:
        backup === undefined ? `Back up ${stack}` : `Restore ${summaryOfBackup(backup)} of ${stack} on a twin`,
      staticDetails: detailsOf({ stack, performer, reason }),
    });
    return { workflowId: handle.workflowId, runId: handle.firstExecutionRunId };
  }

  /** Asks for a rollback, in the same way. */
  async startRollback(request: RollbackRequest, now = new Date()): Promise<RunRef> {
    const { stack, host, to, performer, reason, dryRun, restoreData } = rollbackInput().parse(request);
    const release = to === undefined ? 'the last verified release' : `release ${to}`;
    const what = `${stack} back to ${release}${restoreData ? ', with its data' : ''}`;
    const handle = await this.client.workflow.start('rollback', {
      taskQueue: WORKFLOW_QUEUE,
      workflowId: rollbackRunId(host ?? 'any', stack, now),
      args: [request],
      staticSummary: dryRun ? `Plan to roll ${what}` : `Roll ${what}`,
      staticDetails: detailsOf({ stack, performer, reason }),
    });
    return { workflowId: handle.workflowId, runId: handle.firstExecutionRunId };
  }

  /** Asks for a restore, in the same way. */
  async startRestore(request: RestoreRequest, now = new Date()): Promise<RunRef> {
    const { stack, host, backup, performer, reason } = restoreInput().parse(request);
    const handle = await this.client.workflow.start('restore', {
      taskQueue: WORKFLOW_QUEUE,
      workflowId: restoreRunId(host ?? 'any', stack, now),
      args: [request],
      staticSummary: `Restore the data of ${stack} from ${backup ?? 'the newest backup'}`,
      staticDetails: detailsOf({ stack, performer, reason }),
    });
    return { workflowId: handle.workflowId, runId: handle.firstExecutionRunId };
  }

  /** Where a run stands; answered by a worker, during the run's life and after it. */
  async progress(workflowId: string, timeoutMs = 5000): Promise<Progress> {
    return this.found(workflowId, () =>
      this.client.withDeadline(Date.now() + timeoutMs, () =>
        this.client.workflow.getHandle(workflowId).query<Progress>('progress'),
      ),
    );
  }

  /** The newest run of an id. */
  async describe(workflowId: string): Promise<RunRef> {
    return this.found(workflowId, async () => {
      const { runId } = await this.client.workflow.getHandle(workflowId).describe();
      return { workflowId, runId };
    });
  }

  /** Waits for the end of a run, resets included. Whatever the outcome, it is returned; only "cannot look" throws. */
  async end(workflowId: string): Promise<DeploymentEnd> {
    return this.found(workflowId, async () => {
      for (;;) {
        const handle = this.client.workflow.getHandle(workflowId);
        try {
          return { kind: 'reported', report: (await handle.result()) as DeployReport };
        } catch (error) {
          const end = endFromError(error);
          if (!end) throw error;
          // A reset terminates the run and begins another one of the same id: that one is to be waited for.
          const wasReset = end.kind === 'terminated' && (await handle.describe()).status.name === 'RUNNING';
          if (!wasReset) return end.kind === 'cancelled' ? await this.reportOfCancelled(workflowId, end) : end;
        }
      }
    });
  }

  /** Which run of a child a run has begun: the same id may be another run's by now. Undefined where it has begun none. */
  async childOf(workflowId: string, child: string): Promise<RunRef | undefined> {
    return this.found(workflowId, async () => {
      const { events } = await this.client.workflow.getHandle(workflowId).fetchHistory();
      const begun = (events ?? [])
        .map((event) => event.childWorkflowExecutionStartedEventAttributes?.workflowExecution)
        .findLast((execution) => execution?.workflowId === child);
      return begun?.runId ? { workflowId: child, runId: begun.runId } : undefined;
    });
  }

  /** Says something to a run and returns its answer. Throws `Refused` with its reason where that makes no sense now. */
  async say<M extends Message>(workflowId: string, message: M, word: WordOf<M>): Promise<string> {
    return this.found(workflowId, async () => {
      try {
        const handle = this.client.workflow.getHandle(workflowId);
        return await handle.executeUpdate<string, [WordOf<M>]>(message, { args: [word] });
      } catch (error) {
        if (!(error instanceof WorkflowUpdateFailedError)) throw error;
        const why = error.cause?.message ?? error.message;
        throw new ClientError('Refused', `the run refuses: ${why}`, `look at it: evenkeel follow '${workflowId}'`, {
          cause: error,
        });
      }
    });
  }

  /** Temporal keeps no result of a cancelled run; the run itself still tells. */
  private async reportOfCancelled(workflowId: string, end: DeploymentEnd): Promise<DeploymentEnd> {
    try {
      const { result } = await this.progress(workflowId);
      return result ? { kind: 'reported', report: result } : end;
    } catch (error) {
      // Without a worker nobody answers; that it was cancelled is known all the same.
      if (isAway(error)) return end;
      throw error;
    }
  }

  private async found<T>(workflowId: string, look: () => Promise<T>): Promise<T> {
    try {
      return await look();
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      throw new ClientError(
        'NoSuchRun',
        `Temporal knows no open run "${workflowId}"`,
        'list what runs: evenkeel status — ids are written in full, for example deploy/any/shop/2026-01-31T12:00:00.000Z',
        { cause: error },
      );
    }
  }
}

function summaryOfBackup(backup: string): string {
  return backup === 'newest' ? 'the newest backup' : `the backup ${backup}`;
}

function summaryOf({ stack, services = [], dryRun }: DeployRequest): string {
  const what = services.length > 0 ? `${services.join(', ')} of ${stack}` : stack;
  return dryRun ? `Plan a deployment of ${what}` : `Deploy ${what}`;
}

function detailsOf({ performer, reason, noCache, pull }: DeployRequest): string {
  return [
    performer === undefined ? undefined : `Asked for by ${performer}.`,
    reason === undefined ? undefined : `Reason: ${reason}`,
    noCache ? 'Builds without the cache.' : undefined,
    pull ? 'Pulls anew what is here already.' : undefined,
  ]
    .filter((line) => line !== undefined)
    .join('\n\n');
}
