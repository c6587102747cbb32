import type { Health } from '../../spec/check-report.js';
import type { HealthState } from '../../store/health-state.js';

/** One run that ended on this host. */
export interface EndedRun {
  runId: string;
  stack: string;
  /** The workflow's type. */
  runbook: string;
  outcome: string;
  durationMs: number;
}

const HEALTHS: Health[] = ['healthy', 'unhealthy', 'inconclusive'];

/** What has ended since this worker's start. */
export class RunCounts {
  private readonly counts = new Map<string, { run: EndedRun; count: number; durationMs: number }>();
  private readonly counted = new Set<string>();

  /** Once for each run: of a result that was written Temporal may not have heard, and has it written again. */
  add(run: EndedRun): void {
    if (this.counted.has(run.runId)) return;
    this.counted.add(run.runId);
    const key = JSON.stringify([run.stack, run.runbook, run.outcome]);
    const known = this.counts.get(key) ?? { run, count: 0, durationMs: 0 };
    this.counts.set(key, { run, count: known.count + 1, durationMs: known.durationMs + run.durationMs });
  }

  lines(): string[] {
    const all = [...this.counts.values()];
    const labels = ({ stack, runbook, outcome }: EndedRun) => ({ stack, runbook, outcome });
    const duration = 'evenkeel_run_duration_seconds';
    return [
      ...family(
        'evenkeel_runs_total',
        'counter',
        'Runs whose result was written on this host since its worker started',
        [],
      ),
      ...all.map(({ run, count }) => sample('evenkeel_runs_total', labels(run), count)),
      ...family(duration, 'summary', 'How long they took', []),
      ...all.flatMap(({ run, count, durationMs }) => [
        sample(`${duration}_sum`, labels(run), durationMs / 1000),
        sample(`${duration}_count`, labels(run), count),
      ]),
    ];
  }
}

/** The text that Prometheus reads: the last look at each stack, and the runs that ended. */
export function metricsText(looks: { stack: string; look: HealthState }[], runs: RunCounts): string {
  const gauge = (name: string, help: string, value: (look: HealthState) => number | undefined): string[] =>
    family(
      name,
      'gauge',
      help,
      looks.flatMap(({ stack, look }) => {
        const found = value(look);
        return found === undefined ? [] : [sample(name, { stack }, found)];
      }),
    );
  return [
    ...family(
      'evenkeel_stack_health',
      'gauge',
      'What the last scheduled look came to: 1 for what it is',
      looks.flatMap(({ stack, look }) =>
        HEALTHS.map((health) =>
          sample('evenkeel_stack_health', { stack, health }, Number(look.report.health === health)),
        ),
      ),
    ),
    ...gauge(
      'evenkeel_stack_failures_in_a_row',
      'Unhealthy looks in a row',
      ({ report }) => report.trend.failuresInARow,
    ),
    ...gauge(
      'evenkeel_stack_down_since_seconds',
      'When the first of them was made; absent while there is none',
      ({ report }) => (report.trend.downSinceMs === undefined ? undefined : report.trend.downSinceMs / 1000),
    ),
    ...gauge('evenkeel_stack_looked_at_seconds', 'When the last look was made', ({ report }) => report.atMs / 1000),
    ...gauge('evenkeel_stack_look_duration_seconds', 'How long it took', ({ report }) => report.durationMs / 1000),
    ...gauge(
      'evenkeel_stack_warnings',
      'Drift, orphans, restarts and the like that it saw',
      ({ report }) => report.warnings.length,
    ),
    ...runs.lines(),
    '',
  ].join('\n');
}

function family(name: string, type: string, help: string, samples: string[]): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples];
}

function sample(name: string, labels: Record<string, string>, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
  return `${name}{${pairs.join(',')}} ${value}`;
}
