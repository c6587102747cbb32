import { defaultPayloadConverter } from '@temporalio/common';
import { leaseId } from '../../src/names.js';
import type { Execution } from './execution.js';
import type { Container, FakeHost, Found } from './host.js';
import { serviceOf } from './fake-step.js';
import { RETRY_STATE } from './failures.js';
import type { FakeTemporal, StepCall } from './temporal.js';

/** Something that must not be. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** What was there when a run had done its part. */
export interface Left {
  found: Found | undefined;
  services: Record<string, Container[]>;
  images: Record<string, string>;
  tags: Record<string, string | undefined>;
  traces: string[];
}

/** What a run did to a service, as the host shows it. */
interface Change {
  activity: string;
  service: string;
}

const NEEDS_LEASE = new Set([
  ...['replaceService', 'stopService', 'restoreService', 'buildImages', 'pullImage', 'restoreTags', 'clearUp'],
  ...['standAside', 'takeUpImages', 'recordRelease'],
]);

/** Watches what happens to the host, and objects to what must not be at any moment. */
export class Witness {
  private readonly changes = new Map<string, Change[]>();
  private readonly left = new Map<string, Left>();
  /** What gates have said to a run against what it has put into the stack. */
  private readonly objections = new Map<string, string[]>();

  constructor(
    private readonly host: FakeHost,
    private readonly temporal: () => FakeTemporal,
  ) {}

  /** A step changes something, half or whole. */
  acts({ run, activity, args }: StepCall, act: () => void): void {
    if (NEEDS_LEASE.has(activity)) this.holdsLease(run, activity);
    const service = serviceOf(args);
    const before = JSON.stringify(this.host.services);
    act();
    if (before === JSON.stringify(this.host.services)) return;
    this.changesOf(run).push({ activity, service: service! });
    for (const [name, containers] of Object.entries(this.host.services)) {
      const running = containers.filter(({ isRunning }) => isRunning);
      if (running.length > 1) throw new Violation(`${activity} of ${run.identity.workflowId}: two of ${name} serve`);
    }
  }

  /** A gate does not let a service of the stack pass. */
  objects({ identity: { runId } }: Execution, what: string): void {
    this.objections.set(runId, [...this.objectionsTo(runId), what]);
  }

  objectionsTo(runId: string): string[] {
    return this.objections.get(runId) ?? [];
  }

  /** A run gives its lease back, or has closed without doing so: from now on others may change the stack. */
  done(run: Execution): void {
    const { runId } = run.identity;
    const { found, services, images, tags, traces } = this.host;
    if (this.left.has(runId)) return;
    this.left.set(runId, {
      ...{ found: structuredClone(found.get(runId)), services: structuredClone(services), images },
      ...{ tags: { ...tags }, traces: [...traces] },
    });
  }

  /** It goes on after it has stood aside. */
  goesOn(run: Execution): void {
    this.left.delete(run.identity.runId);
  }

  leftBy(run: Execution): Left {
    return this.left.get(run.identity.runId)!;
  }

  changesOf({ identity: { runId } }: Execution): Change[] {
    if (!this.changes.has(runId)) this.changes.set(runId, []);
    return this.changes.get(runId)!;
  }

  private holdsLease(run: Execution, activity: string): void {
    const holder = this.temporal().open(leaseId('here', 'shop'))?.memo as { workflowId: string } | undefined;
    if (run.isOpen && holder?.workflowId === run.identity.workflowId) return;
    throw new Violation(
      `${activity} of ${run.identity.workflowId} acts while ${holder?.workflowId ?? 'nobody'} has the lease`,
    );
  }
}

/** A step that a run has asked for, and how many of those asked for before it had not ended by then. */
export interface Asked {
  activity: string;
  service: string | undefined;
  folder: string | undefined;
  unended: string[];
}

/** The steps that a run has asked for, in order, as its history tells. */
export function askedBy({ history }: Execution): Asked[] {
  const open = new Map<number, string>();
  const asked: Asked[] = [];
  for (const { jobs, commands } of history) {
    for (const { resolveActivity } of jobs) if (resolveActivity) open.delete(resolveActivity.seq!);
    for (const { scheduleActivity: order } of commands) {
      if (!order) continue;
      const [args] = (order.arguments ?? []).map((one) => defaultPayloadConverter.fromPayload<unknown>(one));
      const { capture } = (args ?? {}) as { capture?: { folder: string } };
      const activity = order.activityType!;
      asked.push({ activity, service: serviceOf(args), folder: capture?.folder, unended: [...open.values()] });
      open.set(order.seq!, activity);
    }
  }
  return asked;
}

/** What the steps of a run have failed by, in words: those that had been told to stop, or the others. */
export function reasonsIn({ history }: Execution, hadBeenTold: boolean): string[] {
  const failures = history.flatMap(({ jobs }) =>
    jobs.flatMap((job) => job.resolveActivity?.result?.failed?.failure ?? []),
  );
  return failures
    .filter(({ activityFailureInfo }) => (activityFailureInfo!.retryState === RETRY_STATE.cancelled) === hadBeenTold)
    .map(({ activityFailureInfo, cause }) =>
      cause!.timeoutFailureInfo ? `${activityFailureInfo!.activityType!.name} did not end in time` : cause!.message!,
    );
}
