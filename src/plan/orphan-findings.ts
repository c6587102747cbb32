import type { Finding } from '../spec/finding.js';
import type { Plan } from './plan.js';

/** A warning for each orphan of a plan, for the result of a run that left it alone. */
export function orphanFindings({ orphans }: Pick<Plan, 'orphans'>): Finding[] {
  return orphans.map(({ service, container }) => ({
    rule: 'orphan',
    severity: 'warning',
    service,
    message: `container ${container} is left alone: the file no longer names its service`,
    remedy: `if nobody needs it: docker rm -f ${container} (its volumes stay)`,
  }));
}
