import { LineCutter } from '../../docker/line-cutter.js';
import { withoutComposePrefix } from '../../gates/clean-line.js';
import { LogMatcher } from '../../gates/log-matcher.js';
import { LOG_RULES } from '../../gates/log-rules/all.js';
import { LogScanner } from '../../gates/scan-log.js';
import { redactor } from '../../spec/redact.js';
import { DEFAULT_POLICY } from '../../spec/schema.js';
import type { LogReport } from './log-report.js';

/**
 * Scans a log that comes in by standard input; a blank line ends a trace. Where it was made by `docker compose logs`,
 * each service's lines are a log of their own. Returns how many lines there were.
 */
export async function scanStdin(stdin: AsyncIterable<Buffer | string>, report: LogReport): Promise<number> {
  const logs = new ServiceLogs(report);
  const cutter = new LineCutter();
  for await (const chunk of stdin) {
    const lines: string[] = [];
    cutter.cut({ stream: 'stdout', bytes: Buffer.from(chunk) }, lines);
    for (const line of lines) logs.add(line);
    await report.flush();
  }
  for (const line of cutter.rest()) logs.add(line);
  logs.end();
  await report.flush();
  return logs.lines;
}

class ServiceLogs {
  lines = 0;
  private readonly matcher = new LogMatcher(LOG_RULES);
  private readonly redact = redactor([]);
  private readonly byService = new Map<string | null, { scanner: LogScanner; end: () => void }>();

  constructor(private readonly report: LogReport) {}

  add(raw: string): void {
    this.lines++;
    const prefixed = withoutComposePrefix(raw);
    this.of(prefixed?.service ?? null).scanner.add(prefixed?.line ?? raw, this.lines);
  }

  end(): void {
    for (const { scanner, end } of this.byService.values()) {
      scanner.finish();
      end();
    }
  }

  private of(service: string | null): { scanner: LogScanner; end: () => void } {
    const known = this.byService.get(service);
    if (known) return known;
    const { found, end } = this.report.log({ service, redact: this.redact });
    const { excerptLines } = DEFAULT_POLICY.scan;
    const made = { scanner: new LogScanner(this.matcher, { excerptLines, blankEnds: true, found }), end };
    this.byService.set(service, made);
    return made;
  }
}
