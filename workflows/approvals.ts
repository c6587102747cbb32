import { condition, setHandler } from '@temporalio/workflow';
import type { Plan } from '../src/plan/plan.js';
import {
  type Approval,
  type ApprovalPolicy,
  type Approved,
  approvalsOf,
  DEFAULT_APPROVAL,
  isSamePerson,
} from '../src/spec/approval.js';
import type { DeploymentRun } from './deployment-run.js';
import { approveUpdate, rejectUpdate, type Word } from './messages.js';
import { refuseNameless, saidBy } from './words.js';
import { Rejection } from './turning-points.js';

/** What people have said to the plan of a run, and what the run waits for them to say. */
export class Approvals {
  readonly given: Approval[] = [];
  private policy?: ApprovalPolicy;
  /** The plan that is waiting for approval now. */
  private asked?: { plan: Plan; expiresAtMs: number };
  private refusal?: Word;

  constructor(private readonly run: DeploymentRun) {}

  /** From now on people can approve and refuse. */
  listen(): void {
    setHandler(
      approveUpdate,
      ({ by, reason }) => {
        const { hash } = this.asked!.plan;
        this.given.push({ by, ...(reason ? { reason } : {}), planHash: hash, atMs: Date.now() });
        this.show();
        return `${this.counting(hash).length} of ${this.quorum} have approved plan ${hash.slice(0, 12)}`;
      },
      {
        description: 'Approve the plan that is shown. Input: {"by":"your name","reason":"why"}',
        validator: (word) => {
          refuseNameless(word);
          const { hash } = this.askedNow().plan;
          if (word.plan && !hash.startsWith(word.plan)) {
            throw new Error(`the plan is ${hash.slice(0, 12)} now, not ${word.plan.slice(0, 12)}; look at it again`);
          }
          const before = this.counting(hash).find(({ by }) => isSamePerson(by, word.by));
          if (before) throw new Error(`${before.by} has approved this plan already; somebody else has to`);
        },
      },
    );
    setHandler(
      rejectUpdate,
      (word) => {
        this.refusal = word;
        return `${this.run.input.stack}: the plan is refused; nothing was touched`;
      },
      {
        description: 'Refuse the plan that is shown; the run ends. Input: {"by":"your name","reason":"why"}',
        validator: (word) => {
          refuseNameless(word);
          this.askedNow();
          if (this.refusal) throw new Error(`${this.refusal.by} has refused it already`);
        },
      },
    );
  }

  /** What this run asks of people before it does `what`, by the stack's policy and the request. */
  ask(policy: ApprovalPolicy | undefined, what: Approved): void {
    const isPolicy = policy?.before.includes(what) ?? false;
    if (isPolicy || this.run.input.requireApproval) this.policy = policy ?? DEFAULT_APPROVAL;
  }

  /** Whether people have yet to approve this plan before the run walks it. */
  isMissing(plan: Plan): boolean {
    return this.policy !== undefined && this.counting(plan.hash).length < this.quorum;
  }

  /** Waits until enough people have approved this plan. Throws `Rejection` when they refuse it, or too few speak. */
  async await(plan: Plan): Promise<void> {
    const { run } = this;
    this.asked = { plan, expiresAtMs: Date.now() + this.policy!.expiresMs };
    this.show();
    try {
      await run.line(
        'approval',
        'wait for approval',
        () => this.decision(plan),
        () => this.names(plan),
      );
    } finally {
      delete this.asked;
      this.show();
    }
  }

  /** The plan is another one: who approved the one before has not seen it. */
  void(because: string): void {
    for (const approval of this.given) approval.voidedBecause ??= because;
    this.show();
  }

  /** Gives people more time. Answers until when; undefined where nobody is waited for. */
  extend(moreMs: number): number | undefined {
    if (!this.asked) return undefined;
    this.asked = { ...this.asked, expiresAtMs: this.asked.expiresAtMs + moreMs };
    this.show();
    return this.asked.expiresAtMs;
  }

  private async decision(plan: Plan): Promise<void> {
    const isDecided = (): boolean => this.refusal !== undefined || !this.isMissing(plan);
    const summary = `approval of plan ${plan.hash.slice(0, 12)}`;
    for (;;) {
      const { expiresAtMs } = this.asked!;
      const isNews = (): boolean => isDecided() || this.asked!.expiresAtMs !== expiresAtMs;
      const isInTime = await condition(isNews, Math.max(1, expiresAtMs - Date.now()), { summary });
      if (this.refusal) throw new Rejection(saidBy('refused by', this.refusal));
      if (isDecided()) return;
      if (!isInTime) throw new Rejection(this.expired(plan, expiresAtMs));
    }
  }

  private expired({ hash }: Plan, atMs: number): string {
    const by = new Date(atMs).toISOString();
    return `the approval expired: ${this.counting(hash).length} of ${this.quorum} had approved by ${by}. Ask again`;
  }

  private get quorum(): number {
    return this.policy?.quorum ?? DEFAULT_APPROVAL.quorum;
  }

  private counting(planHash: string): Approval[] {
    return approvalsOf(this.given, planHash);
  }

  private names(plan: Plan): string {
    return `by ${this.counting(plan.hash)
      .map(({ by }) => by)
      .join(', ')}`;
  }

  private askedNow(): { plan: Plan } {
    if (this.asked) return this.asked;
    const { phase } = this.run.checklist.progress;
    throw new Error(`it does not wait for an approval now; it is in ${phase}`);
  }

  private show(): void {
    const { asked, quorum, given } = this;
    this.run.checklist.tell({
      ...(given.length > 0 ? { approvals: given } : {}),
      awaitsApproval: asked && { ...asked, quorum },
    });
  }
}
