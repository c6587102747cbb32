/**
 * Every name that two processes have to agree on: task queues, workflow ids, search attributes.
 * They are public: people read them in the Temporal UI and type them into its forms.
 */

/** The queue of all workflows, and of the few activities that any worker may run. */
export const WORKFLOW_QUEUE = 'evenkeel';

/**
 * The namespace of scheduled looks, beside that of all other runs: `default-checks`; in Temporal Cloud, where the account stands
 * behind a dot, `shop-checks.a1b2c`. Of a look nobody asks after days what it was, and there are many.
 */
export function checksNamespace(namespace: string): string {
  return namespace.replace(/(?=\.)|$/, '-checks');
}

/** How long it keeps them. */
export const CHECKS_RETENTION_HOURS = 72;

/** The queue of the activities that touch one host. Only that host's worker polls it. */
export function hostQueue(host: string): string {
  return `evenkeel@${host}`;
}

/** The Worker Deployment of Temporal that workers with a build id are versions of. */
export const WORKER_DEPLOYMENT = 'evenkeel';

/** The id of the workflow by which a host is known to clients and to the workers of other hosts. */
export function presenceId(host: string): string {
  return `host/${host}`;
}

/** The id of the child workflow that says which run may change a stack. */
export function leaseId(host: string, stack: string): string {
  return `lease/${host}/${stack}`;
}

/** The id our clients give a deployment; any other id works as well. `startedAt` becomes UTC to the millisecond. */
export function deployId(host: string, stack: string, startedAt: Date): string {
  return `deploy/${host}/${stack}/${startedAt.toISOString()}`;
}

/** The same for a backup that somebody asks for. */
export function backupRunId(host: string, stack: string, startedAt: Date): string {
  return `backup/${host}/${stack}/${startedAt.toISOString()}`;
}

/**
 * The id of a backup that a run makes: sortable, readable, and the same however often the step is tried. A run may back up
 * more than once; `round` counts from 1.
 */
export function backupId(startedAt: Date, runId: string, round: number): string {
  const again = round === 1 ? '' : `-${round}`;
  return `${startedAt.toISOString().replace(/[-:]|\.\d+/g, '')}-${runId.slice(-6)}${again}`;
}

/** The id of the workflow that watches the newest release of a stack. */
export function probationId(host: string, stack: string): string {
  return `probation/${host}/${stack}`;
}

/** The same for a rollback. */
export function rollbackRunId(host: string, stack: string, startedAt: Date): string {
  return `rollback/${host}/${stack}/${startedAt.toISOString()}`;
}

/** The same for a restore. */
export function restoreRunId(host: string, stack: string, startedAt: Date): string {
  return `restore/${host}/${stack}/${startedAt.toISOString()}`;
}

/** The same for a look that somebody asks for. */
export function checkRunId(host: string, stack: string, startedAt: Date): string {
  return `check/${host}/${stack}/${startedAt.toISOString()}`;
}

/** The same for a hold that somebody asks for. */
export function holdRunId(host: string, stack: string, startedAt: Date): string {
  return `hold/${host}/${stack}/${startedAt.toISOString()}`;
}

/** The id of what is done to a stack again and again, and, with its time behind it, of each run of it. */
export function scheduleId(kind: string, host: string, stack: string): string {
  return `${kind}/${host}/${stack}`;
}

/** What such an id says; undefined for the id of a schedule that is not ours. */
export function scheduleInId<Kind extends string>(
  id: string,
  kinds: readonly Kind[],
): { kind: Kind; host: string; stack: string } | undefined {
  const [, kind, host, stack] = /^([^/]+)\/(.+)\/([^/]+)$/.exec(id) ?? [];
  if (host === undefined || stack === undefined || !kinds.includes(kind as Kind)) return undefined;
  return { kind: kind as Kind, host, stack };
}

/** The id of the workflow that puts a run on record, once it has closed. */
export function archiveId({ workflowId, runId }: { workflowId: string; runId: string }): string {
  return `archive/${workflowId}/${runId}`;
}

/** The workflows that are runs of a stack: they hold its lease, tell their progress, and can be aborted. */
export const RUNBOOKS = ['deploy', 'rollback', 'backup', 'restore'] as const;

/** Search attributes by which the Temporal UI and the CLI find runs; all of type Keyword. */
export const SEARCH_ATTRIBUTES = {
  stack: 'EvenkeelStack',
  host: 'EvenkeelHost',
  outcome: 'EvenkeelOutcome',
  phase: 'EvenkeelPhase',
  release: 'EvenkeelRelease',
  performer: 'EvenkeelPerformer',
} as const;
