import type { Finding } from '../spec/finding.js';
import type { TalliedFinding } from './log-tally.js';
import type { Verdict } from './verdict.js';

/** What a service logged of a failure. */
export interface LogFinding {
  rule: string;
  severity: 'error' | 'warning';
  cause: string;
  remedy: string;
  service: string;
  /** The first line that says so, counted from 1 since the container's start. */
  line: number;
  /** How often it was said. */
  count: number;
  /** The version before logged it too: it fails nothing. */
  known?: true;
  /** Redacted. */
  excerpt: string[];
}

/** What the log scan says of a service. */
export interface ScanVerdict extends Verdict {
  /** At most 20, errors first; the run's folder has them all. */
  findings: LogFinding[];
  /** How many lines were read. */
  lines: number;
}

const MOST_FINDINGS = 20;
/** Excerpts go into history: they are cut there, and whole in the run's folder. */
const EXCERPT_LINES_IN_HISTORY = 20;
const EXCERPT_CHARACTERS_IN_HISTORY = 2000;

/** What a service logs of connections that ended with what it needs, which this run has replaced, takes no release back. */
export function whereLeftAlone(found: TalliedFinding): TalliedFinding {
  return found.rule.ofOtherSide ? { ...found, severity: 'warning' } : found;
}

/** A finding as it is shown and kept: redacted. */
export function logFinding(found: TalliedFinding, service: string, redact: (text: string) => string): LogFinding {
  const { rule, severity, line, count, known, excerpt } = found;
  return {
    rule: rule.id,
    severity,
    cause: rule.cause,
    remedy: rule.remedy,
    service,
    line,
    count,
    ...(known ? { known: true } : {}),
    excerpt: redact(excerpt.join('\n')).split('\n'),
  };
}

/** A new error fails; a log that could not be read proves nothing; else it passes, warnings and known errors included. */
export function scanVerdict(seen: {
  service: string;
  findings: LogFinding[];
  lines: number;
  /** Why logs could not be read. */
  unread: string[];
  durationMs: number;
}): ScanVerdict {
  const { service, lines, unread, durationMs } = seen;
  const findings = seen.findings.toSorted((a, b) => weightOf(a) - weightOf(b));
  const errors = findings.filter(isNewError);
  const cut = findings.slice(0, MOST_FINDINGS).map(forHistory);
  const common = { service, findings: cut, lines, durationMs };
  const [first] = errors;
  if (first) {
    const more = errors.length > 1 ? `; and ${errors.length - 1} more` : '';
    const reason = `logged ${first.rule}: ${first.cause} (line ${first.line}); ${first.remedy}${more}`;
    return { ...common, verdict: 'fail', reason, excerpt: cut[0]!.excerpt };
  }
  if (unread.length > 0) return { ...common, verdict: 'inconclusive', reason: [...new Set(unread)].join('; ') };
  const warnings = findings.filter(({ known, severity }) => !known && severity === 'warning').length;
  const known = findings.filter((finding) => finding.known && finding.severity === 'error').length;
  const also = [
    ...(warnings > 0 ? [`${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`] : []),
    ...(known > 0 ? [`${known} ${known === 1 ? 'error' : 'errors'} that the version before logged too`] : []),
  ];
  return { ...common, verdict: 'pass', reason: ['no new error logged', ...also].join(', ') };
}

/** What a deployment's result says of it: it was let pass. */
export function asWarning({ rule, cause, remedy, service, line }: LogFinding): Finding {
  return { rule, severity: 'warning', message: `logged in line ${line}: ${cause}`, remedy, service };
}

function isNewError({ severity, known }: LogFinding): boolean {
  return severity === 'error' && !known;
}

function weightOf({ severity, known }: LogFinding): number {
  return (known ? 2 : 0) + (severity === 'error' ? 0 : 1);
}

/** The last lines name the exception. */
function forHistory(finding: LogFinding): LogFinding {
  const lines = finding.excerpt.slice(-EXCERPT_LINES_IN_HISTORY);
  const text = lines.join('\n');
  if (text.length <= EXCERPT_CHARACTERS_IN_HISTORY) return { ...finding, excerpt: lines };
  return { ...finding, excerpt: `…${text.slice(-EXCERPT_CHARACTERS_IN_HISTORY)}`.split('\n') };
}
