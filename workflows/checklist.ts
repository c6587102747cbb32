import { setCurrentDetails } from '@temporalio/workflow';
import type { DeployResult } from '../src/spec/deploy-result.js';
import type { Finding } from '../src/spec/finding.js';
import { checklistMarkdown } from '../src/spec/checklist-markdown.js';
import type { Phase, Progress, ProgressLine } from '../src/spec/progress.js';
import { isStopped } from './is-stopped.js';
import { type Attributes, writeAttributes } from './search-attributes.js';

/** The live account of a run: what the query answers, the UI's details show, and the search attributes say. */
export class Checklist {
  readonly progress: Progress;
  private indexed = false;

  constructor(stack: string) {
    this.progress = { stack, phase: 'locate', lines: [], warnings: [] };
    this.show();
  }

  /** From now on search attributes are written too; only after a worker has said that they are registered. */
  index(values: Attributes): void {
    this.indexed = true;
    this.upsert({ ...values, phase: this.progress.phase });
  }

  enter(phase: Phase): void {
    if (this.progress.phase === phase) return;
    this.progress.phase = phase;
    this.upsert({ phase });
    this.show();
  }

  /** Notes what is new: a run that looks again finds much of it again. */
  warn(...findings: Finding[]): void {
    const known = new Set(this.progress.warnings.map((finding) => JSON.stringify(finding)));
    this.progress.warnings.push(...findings.filter((finding) => !known.has(JSON.stringify(finding))));
    this.show();
  }

  /** Shows what people have said, and are asked. */
  tell(said: Pick<Progress, 'approvals' | 'awaitsApproval' | 'asks' | 'deadlineAtMs'>): void {
    Object.assign(this.progress, said);
    this.show();
  }

  turnBack(because: string): void {
    this.progress.turnedBackBecause = because;
    for (const line of this.progress.lines) if (line.state === 'waiting') line.state = 'skipped';
    this.show();
  }

  /** Adds a line for something that is going to happen. */
  expect(line: Pick<ProgressLine, 'id' | 'phase' | 'title' | 'service' | 'because'>): void {
    this.progress.lines.push({ ...line, state: 'waiting' });
    this.show();
  }

  /** Runs one piece of work as a line of the list; `noteOf` turns what it came to into a few words. */
  async line<T>(
    line: Pick<ProgressLine, 'id' | 'phase' | 'title' | 'service' | 'because'>,
    work: () => Promise<T>,
    noteOf?: (result: T) => string | undefined,
  ): Promise<T> {
    const entry = this.entry(line);
    entry.state = 'running';
    if (line.because !== undefined) entry.because = line.because;
    entry.startedAtMs = Date.now();
    this.show();
    try {
      const result = await work();
      entry.state = 'done';
      entry.note = noteOf?.(result) ?? entry.note;
      return result;
    } catch (error) {
      entry.state = isStopped(error) ? 'skipped' : 'failed';
      entry.note = isStopped(error) ? 'stopped' : messageOf(error);
      throw error;
    } finally {
      entry.endedAtMs = Date.now();
      this.show();
    }
  }

  /** The first thing that failed: where, and for which service. */
  firstFailed(): Pick<ProgressLine, 'phase' | 'service'> | undefined {
    return this.progress.lines
      .filter(({ state }) => state === 'failed')
      .sort((a, b) => (a.endedAtMs ?? 0) - (b.endedAtMs ?? 0))[0];
  }

  /** Marks what was done to a service as taken back. */
  undone(service: string): void {
    for (const line of this.progress.lines) {
      if (line.service === service && line.phase === 'replace' && line.state !== 'skipped') line.state = 'undone';
    }
    this.show();
  }

  close(result: DeployResult): void {
    this.progress.phase = 'closed';
    this.progress.outcome = result.outcome;
    this.progress.result = result;
    this.upsert({
      phase: 'closed',
      outcome: result.outcome,
      ...(result.release === undefined ? {} : { release: result.release }),
    });
    this.show();
  }

  private entry(line: Pick<ProgressLine, 'id' | 'phase' | 'title' | 'service' | 'because'>): ProgressLine {
    const known = this.progress.lines.find(({ id }) => id === line.id);
    if (known) return known;
    const added: ProgressLine = { ...line, state: 'waiting' };
    this.progress.lines.push(added);
    return added;
  }

  private upsert(values: Attributes): void {
    if (this.indexed) writeAttributes(values);
  }

  private show(): void {
    setCurrentDetails(checklistMarkdown(this.progress));
  }
}

/** The innermost message of an error: what happened, without Temporal's wrapping. */
export function messageOf(error: unknown): string {
  let innermost = error;
  while (innermost instanceof Error && innermost.cause instanceof Error) innermost = innermost.cause;
  return innermost instanceof Error ? innermost.message : String(innermost);
}
