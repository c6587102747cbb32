import { asWarning, type LogFinding } from '../gates/scan-verdict.js';
import type { Finding } from '../spec/finding.js';
import { defined } from './fields.js';
import type { RunAccount } from './run-account.js';
import type { RunEvidence } from './run-evidence.js';

/** Something that a run found, and what to do about it. */
export interface ReportFinding {
  severity: 'error' | 'warning';
  rule: string;
  service?: string;
  /** On the twin, not in the stack. */
  onTwin?: true;
  message: string;
  remedy?: string;
  /** `compose.yaml:4:7 services.api`, `line 12 of its log`. */
  place?: string;
  /** How often it was logged. */
  count?: number;
  /** The version before logged it too. */
  known?: true;
  excerpt?: string[];
}

/** Everything that a run found: in its configuration, on the host, in logs and on endpoints; the gravest first. */
export function findingsOf({ result }: RunAccount, evidence: RunEvidence | undefined): ReportFinding[] {
  const logged = (evidence?.scans ?? []).flatMap(({ findings, onTwin }) =>
    findings.map((finding) => ofLog(finding, onTwin)),
  );
  // What was logged stands in the result too, in fewer words.
  const inLogs = new Set(
    (evidence?.scans ?? []).flatMap(({ findings }) => findings.map((finding) => keyOf(asWarning(finding)))),
  );
  const warned = (result?.warnings ?? []).filter((finding) => !inLogs.has(keyOf(finding))).map(ofFinding);
  const unanswered = (evidence?.endpoints ?? []).flatMap(({ service, onTwin, endpoints }) =>
    endpoints
      .filter(({ verdict }) => verdict !== 'pass')
      .map(({ verdict, reason }): ReportFinding => ({
        ...{ severity: verdict === 'fail' ? 'error' : 'warning', rule: 'endpoint', service, message: reason },
        ...defined({ onTwin }),
      })),
  );
  return [...unanswered, ...logged, ...warned].sort((a, b) => weightOf(a) - weightOf(b));
}

function ofLog(
  { rule, severity, cause, remedy, service, line, count, known, excerpt }: LogFinding,
  onTwin?: true,
): ReportFinding {
  return {
    ...{ severity, rule, service, message: cause, remedy, place: `line ${line} of its log`, count, excerpt },
    ...defined({ onTwin, known }),
  };
}

function ofFinding({ severity, rule, service, message, remedy, place }: Finding): ReportFinding {
  const position = place && [place.file, place.line, place.column].filter((part) => part !== undefined).join(':');
  const where = place?.path === undefined ? position : `${position} ${place.path}`;
  return { severity, rule, message, ...defined({ service, remedy, place: where }) };
}

function keyOf({ rule, service, message }: Finding): string {
  return JSON.stringify([rule, service, message]);
}

function weightOf({ severity, known }: ReportFinding): number {
  return (known ? 2 : 0) + (severity === 'error' ? 0 : 1);
}
