import { CancellationScope, condition, setHandler, workflowInfo } from '@temporalio/workflow';
import type { Question } from '../src/spec/question.js';
import type { DeploymentRun } from './deployment-run.js';
import { type Resolving, resolveUpdate, type Word } from './messages.js';
import { refuseNameless } from './words.js';

/** What a run asks people where it can go neither on nor back without them: one question at a time, in order. */
export class Questions {
  private asked?: Question;
  private answer?: Resolving;
  private before: Promise<unknown> = Promise.resolve();
  private root?: CancellationScope;
  /** Whoever has stopped the run while it asked on its way back has answered all that is still open. */
  private isLeft = false;
  /** Who that was; nobody knows who has cancelled it. */
  private leaver?: Resolving;
  /** How often it has asked about what. */
  private readonly times = new Map<string, number>();

  constructor(private readonly run: DeploymentRun) {}

  /** From now on people can answer. Called by the workflow itself, outside of any scope. */
  listen(): void {
    this.root = CancellationScope.current();
    setHandler(
      resolveUpdate,
      (word) => {
        this.answer = word;
        const { means } = this.asked!.answers.find(({ how }) => how === word.how)!;
        return `${this.asked!.what}: ${means}`;
      },
      {
        description:
          'Answer the question that is shown. Input: {"by":"your name","how":"retry","what":"restore web","reason":"why"}',
        validator: (word) => {
          refuseNameless(word);
          if (!this.asked || this.answer) throw new Error('it asks nothing now');
          if (word.what !== undefined && word.what !== this.asked.what) {
            throw new Error(`it asks about ${this.asked.what} now, not about ${word.what}: look at it again`);
          }
          const hows: string[] = this.asked.answers.map(({ how }) => how);
          if (!hows.includes(word.how)) {
            throw new Error(`say how: ${hows.join(' or ')}, like {"by":"your name","how":"${hows[0]}","reason":"why"}`);
          }
        },
      },
    );
  }

  /**
   * Returns what people answer. Whatever can be cancelled ends by that. On the way back, which cannot, it returns nothing where people
   * have cancelled the run instead, while it asked this or another question; a run that was stopped before it asks can be cancelled
   * no more: `leaveAll` is for it too.
   */
  async ask(question: Omit<Question, 'run' | 'sinceMs'>): Promise<Resolving | undefined> {
    const turn = this.before.then(() => this.put(question));
    this.before = turn.catch(() => undefined);
    return turn;
  }

  /** Whether it waits for an answer at this moment. */
  get isAsking(): boolean {
    return this.asked !== undefined && this.answer === undefined;
  }

  /** Answers what it asks on its way back, and all that it would still ask: it stays as it is. */
  leaveAll(word: Word): void {
    this.isLeft = true;
    this.leaver = { ...word, how: 'leave' };
    this.answer = this.leaver;
  }

  /** What the former self of a run that was reset was told to leave, this one is told nothing of: it asks. */
  beginAnew(): void {
    this.isLeft = false;
    delete this.leaver;
  }

  private async put(question: Omit<Question, 'run' | 'sinceMs'>): Promise<Resolving | undefined> {
    if (this.isLeft) return this.leaver;
    const root = this.root!;
    const { cancellable } = CancellationScope.current();
    const isDeaf = cancellable || root.consideredCancelled || this.run.aborted !== undefined;
    this.show({ ...question, what: this.named(question.what), run: workflowInfo().workflowId, sinceMs: Date.now() });
    try {
      await condition(() => this.answer !== undefined || (!isDeaf && root.consideredCancelled));
      this.isLeft ||= this.answer === undefined;
      return this.answer;
    } finally {
      delete this.answer;
      this.show(undefined);
    }
  }

  /** No two questions of a run have the same name: who answers one that is over is told so. */
  private named(what: string): string {
    const times = (this.times.get(what) ?? 0) + 1;
    this.times.set(what, times);
    return times === 1 ? what : `${what} (${times})`;
  }

  private show(asks: Question | undefined): void {
    if (asks) this.asked = asks;
    else delete this.asked;
    this.run.checklist.tell({ asks });
  }
}
