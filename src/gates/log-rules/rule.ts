import type { LogFamily } from '../../spec/log-families.js';

/** What a kind of log line says about the service that wrote it. */
export interface LogRule {
  /** Stable: `ssl/certificate-expired`. Its first part is the family. */
  id: string;
  family: LogFamily;
  /**
   * Matches a line that reports the failure, and none that only mentions it. Gaps are bounded and quantifiers are not
   * nested, so that time is linear; each alternative holds a piece of plain text outside of groups (see `literals.ts`).
   */
  pattern: RegExp;
  /** An `error` fails a gate; a `warning` is shown. A line may make less of it (see `severityOf`), and never more. */
  severity: 'error' | 'warning';
  /** It says that something failed, not what: left out where the same trace matches another rule. */
  generic?: true;
  /** The other side of a connection went away: no error in a service that went on running while what it needs was replaced. */
  ofOtherSide?: true;
  /** Why a service logs this, as one sentence without a full stop. */
  cause: string;
  /** What to do about it, likewise. */
  remedy: string;
  /** Lines that it matches: at least one for each alternative of the pattern. */
  examples: string[];
  /** Lines that look like it, and are no failure, or another rule's. */
  counterExamples: string[];
}

/** The rules of one family, in the order of their precedence: of two that match one line, the first one counts. */
export function rulesOf(family: LogFamily, rules: Omit<LogRule, 'family'>[]): LogRule[] {
  return rules.map((rule) => ({ ...rule, family }));
}
