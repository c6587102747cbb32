import { LogTally, type TalliedFinding } from '../../gates/log-tally.js';
import type { FoundInLog } from '../../gates/scan-log.js';
import { EXIT } from '../../spec/outcome.js';
import type { Cli } from '../terminal.js';

/** Which log a finding is in. */
export interface LogSource {
  /** Null where a log came without one. */
  service: string | null;
  /** The container's name. */
  container?: string;
  redact(text: string): string;
}

const SHOWN_EXCERPT_LINES = 8;

/**
 * What a scan found, told as it was asked for: with `--json` each finding on a line of its own as soon as it is known,
 * else those that say the same together, at the end of each log.
 */
export class LogReport {
  private errors = 0;
  private warnings = 0;
  private readonly waiting: string[] = [];

  constructor(private readonly cli: Cli) {}

  /** What a scanner of this log is to tell; `end` when the log has ended. */
  log(source: LogSource): { found: (finding: FoundInLog) => void; end: () => void } {
    const tally = new LogTally(source.redact);
    return {
      found: (finding) => {
        if (finding.severity === 'error') this.errors++;
        else this.warnings++;
        if (this.cli.flags.json) this.waiting.push(`${JSON.stringify(documentOf(finding, source))}\n`);
        else tally.add(finding);
      },
      end: () => tally.findings().forEach((finding) => this.print(finding, source)),
    };
  }

  /** Hands on what is waiting; returns when the reader of our output has room for more. */
  async flush(): Promise<void> {
    if (this.waiting.length === 0) return;
    const { stdout } = this.cli;
    const text = this.waiting.splice(0).join('');
    if (!stdout.write(text)) await new Promise((resolve) => stdout.once('drain', resolve));
  }

  /** Says how it ended; returns the exit code. `unread`: logs that could not be read, each with its reason. */
  end(lines: number, unread: string[]): number {
    for (const reason of unread) this.cli.say(reason);
    this.cli.say(`${counted(lines, 'line')}: ${counted(this.errors, 'error')}, ${counted(this.warnings, 'warning')}`);
    if (this.errors > 0) return EXIT.failed;
    return unread.length > 0 ? EXIT.inconclusive : EXIT.ok;
  }

  private print(
    { rule, severity, line, count, excerpt }: TalliedFinding,
    { service, container, redact }: LogSource,
  ): void {
    const { red, yellow, dim } = this.cli.printColours;
    const word = severity === 'error' ? red('error  ') : yellow('warning');
    const where = `${container ?? service ?? 'line'}${(container ?? service) === null ? ' ' : ':'}${line}`;
    const often = count > 1 ? ` (${count} times)` : '';
    this.cli.print(`${word} ${where} ${rule.id}${often}: ${rule.cause} — ${rule.remedy}`);
    const lines = redact(excerpt.join('\n')).split('\n');
    if (lines.length > SHOWN_EXCERPT_LINES)
      this.cli.print(dim(`        … ${lines.length - SHOWN_EXCERPT_LINES} lines before`));
    for (const shown of lines.slice(-SHOWN_EXCERPT_LINES)) this.cli.print(dim(`        ${shown}`));
  }
}

function documentOf({ rule, severity, line, excerpt }: FoundInLog, { service, container, redact }: LogSource): object {
  return {
    rule: rule.id,
    line,
    severity,
    cause: rule.cause,
    remedy: rule.remedy,
    service,
    ...(container === undefined ? {} : { container }),
    excerpt: redact(excerpt.join('\n')),
  };
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
