import { ApplicationFailure } from '@temporalio/common';
import { FAILURE } from '../../activities/failures.js';
import { asFailure } from '../../src/worker/activity-interceptor.js';
import { FaultInjected } from '../../src/worker/fault-points.js';
import type { Attempt, AttemptEnd } from './activity-task.js';
import type { Agenda, Cancel } from './agenda.js';
import type { Chance } from './chance.js';
import type { FakeHost } from './host.js';
import type { Holder } from './host-lock.js';
import type { How } from './schedule.js';
import { type FakeStep, serviceOf, WAITS } from './fake-step.js';
import type { StepCall } from './temporal.js';
import { Violation } from './witness.js';

/** Where attempts are made, and what becomes of them there. */
export interface Surroundings {
  agenda: Agenda;
  chance: Chance;
  host: FakeHost;
  stepFor: (call: StepCall) => FakeStep;
  /** How often workers have died. */
  life: () => number;
  /** Whether what a dead worker has begun goes on without it. */
  childrenSurvive: () => boolean;
  /** Makes a change, half or whole. */
  act: (change: () => void) => void;
}

const LONGEST_LOOK_MS = 600_000;

/** One attempt of a step: it waits for the lock, sees whether it is still its run's turn, acts in two halves, and answers. */
export class FakeAttempt implements Attempt {
  private pending: Cancel = () => undefined;
  private readonly holder: Holder;
  private step!: FakeStep;
  private isActing = false;
  private isAbandoned = false;
  private isHanging = false;
  /** What waits for others looks ever more rarely here, so that nothing happens meanwhile. */
  private lookMs = 150;

  constructor(
    private readonly call: StepCall,
    private readonly how: How | undefined,
    private readonly at: Surroundings,
    private readonly ended: (end: AttemptEnd) => void,
  ) {
    this.holder = { run: call.run.identity.runId, life: at.life() };
    this.later(10, () => this.begin());
  }

  cancel(): void {
    if (this.isAbandoned) return;
    if (this.isActing && this.step.isStubborn && !this.isHanging) return;
    this.end({ cancelled: true });
  }

  abandon(): void {
    this.isAbandoned = true;
    const goesOn = this.isActing && this.step.turn !== undefined && !this.isHanging && this.at.childrenSurvive();
    if (!goesOn) this.stop();
  }

  /** How long it takes is a matter of chance, even where it is the same step again. */
  private later(mostMs: number, act: () => void | Promise<void>): void {
    this.pending = this.at.agenda.after(this.at.chance.between(0, mostMs), async () => {
      try {
        await act();
      } catch (error) {
        if (error instanceof Violation) throw error;
        this.end({ error: failure(this.call, error, FAILURE.stepFailed) });
      }
    });
  }

  private begin(): void {
    this.step = this.at.stepFor(this.call);
    const { turn } = this.step;
    if (turn === undefined) return this.inTurn();
    if (turn === 'shared') this.holder.service = serviceOf(this.call.args);
    this.pending = this.at.host.lock.acquire(this.holder, () => {
      // Another worker's step may have changed what this one is about while it waited.
      this.step = this.at.stepFor(this.call);
      this.later(5, () => (this.isOver() ? this.fail(FAILURE.staleRun) : this.inTurn()));
    });
  }

  /** Its run has been closed, or a newer one has taken the stack. */
  private isOver(): boolean {
    const { epoch } = (this.call.args ?? {}) as { epoch?: number };
    return !this.call.run.isOpen || (epoch !== undefined && epoch !== this.at.host.epoch?.epoch);
  }

  private inTurn(): void {
    const { how, step } = this;
    if (how === 'weather') return this.fail();
    if (how === 'fails') return this.fail(FAILURE.stepFailed);
    if (how === 'stuck') return this.fail(FAILURE.stuck);
    if (how === 'finds an error') {
      if (!step.finds) return this.fail(FAILURE.stepFailed);
      return this.end({ result: step.finds() });
    }
    const declined = step.declines?.();
    if (declined === WAITS) {
      this.lookMs = Math.min(2 * this.lookMs, LONGEST_LOOK_MS);
      return void (this.pending = this.at.agenda.after(this.lookMs, () => this.inTurn()));
    }
    if (declined !== undefined) return this.end({ result: declined });
    this.isActing = true;
    this.halve();
  }

  private halve(): void {
    const { how, step, at } = this;
    const [leastMs, mostMs] = step.lastsMs;
    this.later(mostMs, () => {
      if (step.half) at.act(step.half);
      if (how === 'hangs') return void (this.isHanging = true);
      if (how === 'weather half-way') return this.fail();
      if (how === 'fails half-way') return this.fail(FAILURE.stepFailed);
      if (how === 'stuck half-way') return this.fail(FAILURE.stuck);
      this.later(leastMs, () => this.finish());
    });
  }

  private async finish(): Promise<void> {
    const { how, step, at } = this;
    if (step.act) at.act(step.act);
    if (how === 'reply lost') return this.fail();
    if (how === 'fails at its end') return this.fail(FAILURE.stepFailed);
    this.end({ result: await step.answer() });
  }

  private fail(type?: (typeof FAILURE)[keyof typeof FAILURE]): void {
    const { call, at } = this;
    const message = `${call.activity} failed at ${at.host.environment.DATABASE_URL}`;
    this.end({ error: failure(call, new Error(message), type) });
  }

  private end(end: AttemptEnd): void {
    this.stop();
    if (!this.isAbandoned) this.ended(end);
  }

  private stop(): void {
    this.pending();
    this.at.host.lock.release(this.holder);
  }
}

/** As a worker lets it out of an activity: without credentials. */
function failure({ activity, attempt }: StepCall, error: unknown, type?: string): Error {
  const { message } = error as Error;
  const thrown =
    type === undefined ? new FaultInjected(message) : ApplicationFailure.nonRetryable(message, type, { excerpt: [] });
  return asFailure(thrown, activity, attempt) as Error;
}
