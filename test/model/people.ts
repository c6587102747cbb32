import type { Progress } from '../../src/spec/progress.js';
import type { Execution } from './execution.js';
import type { Schedule, Word } from './schedule.js';
import type { FakeTemporal } from './temporal.js';

/** People who say what a schedule has them say, and who see to it that no run waits for them for ever. */
export class People {
  private readonly answers: number[];
  private readonly verdicts: Schedule['verdicts'];
  /** How far each run was when somebody looked. */
  private readonly seen = new Map<Execution, number>();

  constructor(
    { answers, verdicts }: Schedule,
    private readonly temporal: FakeTemporal,
  ) {
    this.answers = [...answers];
    this.verdicts = [...verdicts];
  }

  /** Says it, whether it makes sense at that moment or not. */
  async say(run: Execution, says: Word['says']): Promise<void> {
    if (!run.isOpen || run.history.length === 0) return;
    if (says === 'cancel') return this.temporal.cancel(run);
    if (says === 'first' || says === 'last') return this.answer(run, says === 'first' ? 0 : 1);
    const update = says === 'extend' ? 'extendDeadline' : says;
    this.temporal.update(run, update, { by: 'ann', reason: 'because', ...(says === 'extend' ? { for: '1m' } : {}) });
  }

  /** Looks at runs that nothing happens to, and gives each what it waits for. Answers whether anything was said. */
  async look(runs: Execution[]): Promise<boolean> {
    let hasSpoken = false;
    for (const run of runs.filter((one) => one.isOpen && one.history.length > 0)) {
      if (this.seen.get(run) === run.history.length) continue;
      this.seen.set(run, run.history.length);
      hasSpoken = (await this.serve(run)) || hasSpoken;
    }
    return hasSpoken;
  }

  private async serve(run: Execution): Promise<boolean> {
    const { asks, awaitsApproval, lines } = await this.temporal.query<Progress>(run, 'progress');
    if (asks) {
      await this.answer(run, this.answers.shift() ?? 1);
      return true;
    }
    if (lines.some(({ title, state }) => title === 'paused' && state === 'running')) {
      this.temporal.update(run, 'resume', { by: 'ben' });
      return true;
    }
    if (!awaitsApproval) return false;
    const verdict = this.verdicts.length > 1 ? this.verdicts.shift()! : this.verdicts[0]!;
    if (verdict === 'wait') return false;
    this.temporal.update(run, verdict, { by: 'ben', reason: 'looked at it' });
    return true;
  }

  private async answer(run: Execution, index: number): Promise<void> {
    const { asks } = await this.temporal.query<Progress>(run, 'progress');
    if (!asks) return;
    const { how } = asks.answers[Math.min(index, asks.answers.length - 1)]!;
    this.temporal.update(run, 'resolve', { by: 'ben', how, reason: 'looked at it' });
  }
}
