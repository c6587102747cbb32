import type { Plan } from '../plan/plan.js';

/** What people can be asked to approve. */
export const APPROVED = ['deploy', 'rollback'] as const;
export type Approved = (typeof APPROVED)[number];

/** `x-evenkeel.approval`, as a run is told of it. */
export interface ApprovalPolicy {
  /** What does not begin before people have approved it. */
  before: Approved[];
  /** How long a run waits for them. */
  expiresMs: number;
  /** How many people have to approve. */
  quorum: number;
}

/** What holds where approval is asked for, and no more is said. */
export const DEFAULT_APPROVAL: ApprovalPolicy = { before: ['deploy'], expiresMs: 7 * 86_400_000, quorum: 1 };

/** A person's yes to one plan. Without Temporal authentication `by` is a claim. */
export interface Approval {
  by: string;
  reason?: string;
  /** The plan that was approved, and no other. */
  planHash: string;
  /** Milliseconds since the epoch, by the workflow's clock. */
  atMs: number;
  /** Why it does not count any more. */
  voidedBecause?: string;
}

/** What a run that waits for approval shows. */
export interface ApprovalWait {
  plan: Plan;
  quorum: number;
  /** Milliseconds since the epoch. */
  expiresAtMs: number;
}

/** The approvals that count for a plan. */
export function approvalsOf(approvals: Approval[], planHash: string): Approval[] {
  return approvals.filter((approval) => approval.planHash === planHash && approval.voidedBecause === undefined);
}

/** Whether two names are meant to be one person's. */
export function isSamePerson(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}

/** One line for people: `ann approved plan 3f2a91 at 2026-01-31T12:00:00.000Z: looks right`. */
export function approvalText({ by, reason, planHash, atMs, voidedBecause }: Approval): string {
  const said = `${by} approved plan ${planHash.slice(0, 6)} at ${new Date(atMs).toISOString()}`;
  return `${said}${reason ? `: ${reason}` : ''}${voidedBecause === undefined ? '' : ` (void: ${voidedBecause})`}`;
}
