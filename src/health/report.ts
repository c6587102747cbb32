import { type Check, type CheckLayer, type CheckReport, gravest, healthOfVerdict } from '../spec/check-report.js';
import { inOrder, NETWORK } from './layers.js';

/** All that a look has found. */
export type Found = Omit<CheckReport, 'health' | 'reason' | 'layers'> & {
  checks: Check[];
  /** By service. */
  layerOf: Record<string, string>;
};

/**
 * The report of a look. The gravest check speaks for its layer, and the gravest layer for the stack; while a run changes the stack,
 * what fails says nothing of it.
 */
export function reportOf({ checks, layerOf, ...rest }: Found): CheckReport {
  const layers = new Map<string, Check[]>();
  for (const check of checks) {
    const layer = check.check === 'reaches' ? NETWORK : layerOf[check.service]!;
    layers.set(layer, [...(layers.get(layer) ?? []), check]);
  }
  const reported = [...layers].map(([layer, own]): CheckLayer => {
    return { layer, verdict: gravest(own.map(({ verdict }) => verdict)), checks: own };
  });
  reported.sort((a, b) => inOrder(a.layer, b.layer));
  // Nothing that was looked at speaks for nothing.
  const verdict = checks.length === 0 ? 'inconclusive' : gravest(reported.map((layer) => layer.verdict));
  const settled = verdict === 'fail' && rest.changing !== undefined ? 'inconclusive' : verdict;
  return {
    ...rest,
    health: healthOfVerdict(settled),
    reason: reasonOf(reported, verdict, rest.changing),
    layers: reported,
  };
}

function reasonOf(layers: CheckLayer[], verdict: CheckLayer['verdict'], changing: string | undefined): string {
  const all = layers.flatMap(({ checks }) => checks);
  if (all.length === 0) return 'there is nothing that runs and could be looked at';
  if (verdict === 'pass') return `all ${all.length} checks pass`;
  const grave = all.filter((check) => check.verdict === verdict);
  const { service, reason } = grave[0]!;
  const more = grave.length === 1 ? '' : ` (and ${grave.length - 1} more)`;
  const meanwhile = changing === undefined ? '' : `; ${changing} is changing the stack meanwhile`;
  return `${service}: ${reason}${more}${meanwhile}`;
}
