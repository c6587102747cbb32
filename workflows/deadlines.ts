import type { CancellationScope } from '@temporalio/workflow';
import { condition, isCancellation, setHandler } from '@temporalio/workflow';
import { durationMs } from '../src/spec/deploy-input.js';
import type { DeploymentRun } from './deployment-run.js';
import { extendUpdate } from './messages.js';
import { refuseNameless } from './words.js';

/** Until when a run, its gates and its approval have time, and how people give them more. */
export class Deadlines {
  /** When the whole run has to serve; undefined where nobody said so. */
  private atMs?: number;
  /** Why the run turns back, once its deadline has passed. */
  passed?: string;
  private isOver = false;
  /** Gates at work, and how much more time they have been given. */
  private readonly gates = new Map<string, number>();

  constructor(private readonly run: DeploymentRun) {
    const { deadline } = run.input;
    if (deadline !== undefined) this.set(run.startedAtMs + deadline);
  }

  /** From now on people can give the run more time. */
  listen(): void {
    setHandler(
      extendUpdate,
      ({ for: more }) => {
        const moreMs = durationMs(more)!;
        const given: string[] = [];
        const approvalAtMs = this.run.approvals.extend(moreMs);
        if (approvalAtMs !== undefined) given.push(`the approval until ${new Date(approvalAtMs).toISOString()}`);
        if (this.atMs !== undefined) {
          this.set(this.atMs + moreMs);
          given.push(`the run until ${new Date(this.atMs).toISOString()}`);
        }
        for (const [gate, extraMs] of this.gates) {
          this.gates.set(gate, extraMs + moreMs);
          given.push(`${gate}: ${more} more`);
        }
        return given.join('; ');
      },
      {
        description:
          'Give more time to the approval, the gates at work, and the deadline of the run. Input: {"by":"your name","for":"30m"}',
        validator: (word) => {
          refuseNameless(word);
          if (typeof word.for !== 'string' || !durationMs(word.for)) {
            throw new Error('say how much more: {"by":"your name","for":"30m"}');
          }
          if (this.run.failure) throw new Error('it is turning back already');
          const waits = this.run.checklist.progress.awaitsApproval !== undefined;
          if (!waits && this.atMs === undefined && this.gates.size === 0) {
            throw new Error('nothing of it has a deadline now: no gate is at work, and no approval is waited for');
          }
        },
      },
    );
  }

  /** Runs the forward part of a runbook, and cancels it when the deadline passes before the release serves. */
  async within<T>(forward: CancellationScope, work: () => Promise<T>): Promise<T> {
    void this.watch(forward);
    try {
      return await forward.run(work);
    } finally {
      this.isOver = true;
    }
  }

  /** Asks a gate; once more, for as long as people have given it meanwhile, where it has run out of time. */
  async gate<V extends { outOfTime?: boolean }>(
    title: string,
    timeoutMs: number,
    ask: (timeoutMs: number) => Promise<V>,
  ): Promise<V> {
    this.gates.set(title, 0);
    try {
      let verdict = await ask(timeoutMs);
      while (verdict.outOfTime && this.gates.get(title)! > 0) {
        const moreMs = this.gates.get(title)!;
        this.gates.set(title, 0);
        verdict = await ask(moreMs);
      }
      return verdict;
    } finally {
      this.gates.delete(title);
    }
  }

  private async watch(forward: CancellationScope): Promise<void> {
    try {
      while (this.atMs !== undefined && !this.isOver) {
        const atMs = this.atMs;
        const isNews = (): boolean => this.isOver || this.atMs !== atMs;
        const summary = 'deadline of the deployment';
        if (await condition(isNews, Math.max(1, atMs - Date.now()), { summary })) continue;
        this.pass(forward, atMs);
        return;
      }
    } catch (error) {
      // The run was cancelled, and turns back without this.
      if (!isCancellation(error)) throw error;
    }
  }

  private pass(forward: CancellationScope, atMs: number): void {
    const { run } = this;
    const serves = run.release !== undefined || run.checklist.progress.phase === 'record';
    if (serves || forward.consideredCancelled) return;
    this.passed = `the deadline passed: it had to serve by ${new Date(atMs).toISOString()}`;
    forward.cancel();
  }

  private set(atMs: number): void {
    this.atMs = atMs;
    this.run.checklist.tell({ deadlineAtMs: atMs });
  }
}
