import type { Finding } from '../spec/finding.js';
import { nearestOf } from '../spec/nearest.js';

/** Rules of the log scan that `scan.rules` names and that there are not: what they were meant to find would pass. */
export function checkLogRules(unknown: string[], known: string[]): Finding[] {
  return unknown.map((name) => {
    const nearest = nearestOf(name, known);
    return {
      rule: 'unknown-log-rule',
      severity: 'error',
      message: `x-evenkeel.scan.rules names ${name}, and the log scan has no such rule`,
      remedy: nearest ? `did you mean ${nearest}?` : 'take it out of x-evenkeel.scan.rules, or name its family',
    };
  });
}
