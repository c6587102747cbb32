import { type Client, isGrpcServiceError, type WorkflowExecutionInfo } from '@temporalio/client';
import { RUNBOOKS, SEARCH_ATTRIBUTES } from '../names.js';
import type { RunRef } from './deployments.js';

/** One run, as Temporal's index knows it. */
export interface RunSummary extends RunRef {
  type: string;
  open: boolean;
  /** Absent where search attributes are not registered and the id does not tell. */
  stack?: string;
  /** Absent until the run has been located. */
  host?: string;
  startedAtMs: number;
}

/** How many of the newest runs are looked through. */
const NEWEST = 200;

/**
 * Runs of any runbook that are open now, the newest first; of one stack, or of all; on one host, or on any. The index may
 * lag by some milliseconds.
 */
export async function openRuns(client: Client, stack?: string, host?: string): Promise<RunSummary[]> {
  const running = await runsOf(client, stack, 'ExecutionStatus = "Running"');
  return running.filter((run) => run.open && mayBeOn(host, run));
}

/** The newest runs of any runbook, closed ones among them; of one stack, or of all; on one host, or on any. */
export async function newestRuns(
  client: Client,
  { stack, host, most }: { stack?: string; host?: string; most: number },
): Promise<RunSummary[]> {
  const runs = await runsOf(client, stack, undefined, most);
  return runs.filter((run) => mayBeOn(host, run)).slice(0, most);
}

/** The newest run of a stack, an open one before any closed one. */
export async function newestRun(client: Client, stack: string, host?: string): Promise<RunSummary | undefined> {
  const [open] = await openRuns(client, stack, host);
  return open ?? (await runsOf(client, stack)).find((run) => mayBeOn(host, run));
}

/** Until a run has been located it may be of any host, unless it was asked for on one. */
function mayBeOn(host: string | undefined, run: RunSummary): boolean {
  return host === undefined || run.host === undefined || run.host === host;
}

async function runsOf(
  client: Client,
  stack: string | undefined,
  condition?: string,
  most = NEWEST,
): Promise<RunSummary[]> {
  const types = RUNBOOKS.map((type) => `"${type}"`).join(', ');
  const conditions = [`WorkflowType IN (${types})`, ...(condition === undefined ? [] : [condition])];
  if (stack === undefined) return list(client, conditions, most);
  try {
    const own = `${SEARCH_ATTRIBUTES.stack} = "${stack.replaceAll('"', '')}"`;
    const indexed = await list(client, [...conditions, own], most);
    // A run is indexed under its stack by its first step; until then only its id tells.
    const fresh = await list(client, [...conditions, `${SEARCH_ATTRIBUTES.stack} IS NULL`], most);
    return newestFirst([...indexed, ...fresh.filter((run) => run.stack === stack)]);
  } catch (error) {
    if (!isInvalidArgument(error)) throw error;
    return (await list(client, conditions, most)).filter((run) => run.stack === stack);
  }
}

async function list(client: Client, conditions: string[], most: number): Promise<RunSummary[]> {
  const found: RunSummary[] = [];
  // Those that are open come first, then the latest to close, which may have begun before others.
  const atLeast = Math.max(most, NEWEST);
  for await (const info of client.workflow.list({ query: conditions.join(' AND '), pageSize: NEWEST })) {
    found.push(summaryOf(info));
    if (found.length === atLeast) break;
  }
  return newestFirst(found);
}

function newestFirst(runs: RunSummary[]): RunSummary[] {
  return runs.sort((a, b) => b.startedAtMs - a.startedAtMs);
}

function summaryOf(info: WorkflowExecutionInfo): RunSummary {
  const indexed = info.searchAttributes[SEARCH_ATTRIBUTES.stack]?.[0];
  const stack = typeof indexed === 'string' ? indexed : stackInId(info.workflowId);
  const located = info.searchAttributes[SEARCH_ATTRIBUTES.host]?.[0];
  const host = typeof located === 'string' ? located : hostInId(info.workflowId);
  return {
    workflowId: info.workflowId,
    runId: info.runId,
    type: info.type,
    open: info.status.name === 'RUNNING',
    ...(stack === undefined ? {} : { stack }),
    ...(host === undefined ? {} : { host }),
    startedAtMs: info.startTime.getTime(),
  };
}

/** An id of our own making: `<runbook>/<host>/<stack>/<time>`. */
const OWN_ID = new RegExp(`^(?:${RUNBOOKS.join('|')})/(?<host>[^/]+)/(?<stack>[^/]+)/[^/]+$`);

/** The stack in an id of our own making. */
export function stackInId(workflowId: string): string | undefined {
  return OWN_ID.exec(workflowId)?.groups?.['stack'];
}

/** The host that an id of our own making names, where one was asked for. */
export function hostInId(workflowId: string): string | undefined {
  const host = OWN_ID.exec(workflowId)?.groups?.['host'];
  return host === 'any' ? undefined : host;
}

/** Temporal answers so when a search attribute is not registered. */
function isInvalidArgument(error: unknown): boolean {
  const cause = error instanceof Error && isGrpcServiceError(error.cause) ? error.cause : error;
  return isGrpcServiceError(cause) && Number(cause.code) === 3;
}
