import type { Finding } from './finding.js';

/** What one look, or all looks at a stack, come to. `inconclusive`: nothing speaks against it, and not everything could be told. */
export type CheckVerdict = 'pass' | 'fail' | 'inconclusive';

/** The verdict as people and saved queries know it. */
export type Health = 'healthy' | 'unhealthy' | 'inconclusive';

/** What a look asks. */
export type CheckName = 'container' | 'endpoints' | 'query' | 'schema' | 'round-trip' | 'reaches';

/** One answer about one service. Texts are redacted. */
export interface Check {
  check: CheckName;
  service: string;
  verdict: CheckVerdict;
  /** Why, in a few plain words. */
  reason: string;
  /** What to do about it: a command or an edit; on a verdict that is not `pass`. */
  next?: string;
  durationMs?: number;
}

/** Services that belong together, or what is between them; the gravest check speaks for all. */
export interface CheckLayer {
  /** A group of `x-evenkeel.groups`; where there are none `infrastructure`, `application` or `frontend`; and `network`. */
  layer: string;
  verdict: CheckVerdict;
  checks: Check[];
}

/** One look at a stack that runs. It has changed nothing. */
export interface CheckReport {
  stack: string;
  host: string;
  health: Health;
  /** The gravest reason, or that all is well. */
  reason: string;
  layers: CheckLayer[];
  /** What deserves a look and makes nobody ill: drift against the release, orphans, restarts, a healthcheck that Docker has stopped. */
  warnings: Finding[];
  /** What was released last; absent where nothing was. */
  release?: string;
  /** Workflow id of the run that was changing the stack meanwhile: what failed then is no verdict on the stack. */
  changing?: string;
  /** Which services are PostgreSQL or Redis. */
  stores: { service: string; type: 'database' | 'redis' }[];
  atMs: number;
  durationMs: number;
}

/** A scheduled look, and how it goes on from those before it. */
export interface HealthReport extends CheckReport {
  trend: HealthTrend;
}

/** What is carried from look to look. */
export interface HealthTrend {
  /** Unhealthy looks in a row, until now; an inconclusive one neither counts nor ends the row. */
  failuresInARow: number;
  /** When the first look of the row was made; absent where the row is empty. */
  downSinceMs?: number;
  /** Since when the health has been what it is. */
  sinceMs: number;
  /** What it was before that. */
  before?: Health;
}

/** The gravest of several verdicts. */
export function gravest(verdicts: CheckVerdict[]): CheckVerdict {
  if (verdicts.includes('fail')) return 'fail';
  return verdicts.includes('inconclusive') ? 'inconclusive' : 'pass';
}

export function healthOfVerdict(verdict: CheckVerdict): Health {
  return verdict === 'pass' ? 'healthy' : verdict === 'fail' ? 'unhealthy' : 'inconclusive';
}
