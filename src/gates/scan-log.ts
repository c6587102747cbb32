import { cleanLine } from './clean-line.js';
import type { LogMatcher } from './log-matcher.js';
import type { LogRule } from './log-rules/rule.js';
import { severityOf } from './log-severity.js';
import { isCode, type Trace, traceFrom, traceWith } from './trace.js';

/** A failure that a log reports. */
export interface FoundInLog {
  rule: LogRule;
  /** Of this line: the rule's, or less. */
  severity: 'error' | 'warning';
  /** The line that says so, counted from 1. */
  line: number;
  /** That line, clean. May hold secrets, as the excerpt may. */
  text: string;
  /** The trace that it belongs to, or as much of it as was asked for; the line itself is in it. */
  excerpt: string[];
}

export interface ScanOptions {
  /** Most lines of an excerpt, 1 or more. */
  excerptLines: number;
  /** A blank line ends a trace; else a traceback goes on behind it. */
  blankEnds?: boolean;
  /** Lines that count as said by nobody. */
  ignored?: (line: string) => boolean;
  /** Told of each finding, when its trace has come to its end. */
  found: (finding: FoundInLog) => void;
}

/** Lines. A longer trace is told in parts. */
const LONGEST_TRACE = 400;

/**
 * Looks for failures in a log, line by line, in time that is linear and memory that does not grow: it holds one trace at
 * a time. A trace has one finding for each rule.
 */
export class LogScanner {
  /** How many lines it was given. */
  lines = 0;
  private trace: Trace | undefined;
  /** The last lines of the trace, clean. */
  private kept: string[] = [];
  private matches: { rule: LogRule; line: number; text: string; at: number }[] = [];

  constructor(
    private readonly matcher: LogMatcher,
    private readonly options: ScanOptions,
  ) {}

  /** `number` is the line's own, where it is not the next. */
  add(raw: string, number: number = this.lines + 1): void {
    this.lines++;
    const line = cleanLine(raw);
    const going = this.trace && traceWith(this.trace, line, this.options.blankEnds === true);
    if (going) this.trace = going;
    else this.begin(line);
    this.keep(line);
    const rule = this.matcher.match(line);
    if (rule) this.note(rule, line, number);
  }

  /** The log has come to its end. */
  finish(): void {
    this.tell();
    this.trace = undefined;
    this.kept = [];
  }

  private begin(line: string): void {
    this.tell();
    this.kept.length = 0;
    this.trace = traceFrom(line);
  }

  private keep(line: string): void {
    if (this.kept.length >= Math.max(LONGEST_TRACE, 2 * this.options.excerptLines)) {
      this.tell();
      this.kept = this.kept.slice(-this.options.excerptLines);
    }
    this.kept.push(line);
  }

  private note(rule: LogRule, text: string, line: number): void {
    const trace = this.trace!;
    if (isCode(trace, text) || this.options.ignored?.(text)) return;
    const match = { rule, line, text, at: this.kept.length - 1 };
    const before = this.matches.findIndex((other) => other.rule === rule);
    if (before < 0) this.matches.push(match);
    // Of a chain of exceptions, the last one is what came of it.
    else if (trace.part === 'exception') this.matches[before] = match;
  }

  private tell(): void {
    if (this.matches.length === 0) return;
    const { excerptLines, found } = this.options;
    const specific = this.matches.filter(({ rule }) => !rule.generic);
    for (const { rule, line, text, at } of specific.length > 0 ? specific : this.matches) {
      const from = Math.max(0, at + 1 - excerptLines);
      found({
        rule,
        severity: severityOf(rule, text),
        line,
        text,
        excerpt: this.kept.slice(from, from + excerptLines),
      });
    }
    this.matches = [];
  }
}
