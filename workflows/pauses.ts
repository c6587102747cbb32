import { condition, setHandler } from '@temporalio/workflow';
import type { DeploymentRun } from './deployment-run.js';
import type { Flights } from './flights.js';
import { pauseUpdate, resumeUpdate, type Word } from './messages.js';
import { refuseNameless, saidBy } from './words.js';

/** Whether people have asked a run to wait before its next wave. */
export class Pauses {
  private asked?: Word;
  private resumed?: Word;
  private count = 0;

  constructor(private readonly run: DeploymentRun) {}

  /** From now on people can pause the run and let it go on. */
  listen(): void {
    setHandler(
      pauseUpdate,
      (word) => {
        this.asked = word;
        const isHalfNew = this.run.begun.length > 0;
        return `${this.run.input.stack}: waits ${isHalfNew ? 'before its next wave' : 'before it touches anything'}`;
      },
      {
        description: 'Wait before the next services are replaced. Input: {"by":"your name","reason":"why"}',
        validator: (word) => {
          refuseNameless(word);
          if (this.asked) throw new Error(`it is paused already, by ${this.asked.by}`);
          const whyNot = this.whyNotNow();
          if (whyNot) throw new Error(whyNot);
        },
      },
    );
    setHandler(
      resumeUpdate,
      (word) => {
        this.resumed = word;
        delete this.asked;
        return `${this.run.input.stack}: goes on`;
      },
      {
        description: 'Go on after a pause. Input: {"by":"your name"}',
        validator: (word) => {
          refuseNameless(word);
          if (!this.asked) throw new Error('it is not paused');
        },
      },
    );
  }

  get isAsked(): boolean {
    return this.asked !== undefined;
  }

  /** Returns when nobody wants the run to wait any more. */
  async over(): Promise<void> {
    if (!this.asked) return;
    const { progress } = this.run.checklist;
    const line = { id: `paused ${++this.count}`, phase: progress.phase, title: 'paused' };
    const because = `${saidBy('by', this.asked)}; evenkeel resume`;
    await this.run.checklist.line(
      { ...line, because },
      () => condition(() => this.asked === undefined),
      () => saidBy('resumed by', this.resumed!),
    );
  }

  /**
   * Between two waves the run keeps its lease, since the stack is half new. Gates that are at work go on, and may end the
   * pause by failing; what has passed them is looked at again before the release is recorded.
   */
  async atBorder(flights: Flights): Promise<void> {
    if (this.asked) await flights.orFailure(this.over());
  }

  private whyNotNow(): string | undefined {
    const { failure, release, begun, plan, checklist } = this.run;
    if (failure) return 'it is turning back; a rollback is never paused';
    if (release !== undefined || ['record', 'closed'].includes(checklist.progress.phase)) return 'the release serves';
    if (begun.length > 0 && begun.length === plan?.waves.length)
      return 'its last wave is under way: nothing is left to wait for';
    return undefined;
  }
}
