import type { StepAccount } from '../run-account.js';
import type { RunReport } from '../run-report.js';
import { type StepKind, kindOfStep } from './step-kind.js';
import type { Stretch } from './stretches.js';

/** A step in the lane of what it was about. */
export interface Bar extends Stretch {
  lane: string;
  /** Steps of one lane that overlap stand one below the other; from 0. */
  row: number;
  kind: StepKind;
  step: StepAccount;
}

/** A service away, in its lane. */
export interface Away extends Stretch {
  lane: string;
  isBack: boolean;
}

/** All steps of a run in lanes: one of the run itself, one for each service, one for each service on the twin. */
export interface Timeline {
  lanes: { name: string; rows: number }[];
  bars: Bar[];
  away: Away[];
}

/** The lane of steps that are about no service. */
export const RUN_LANE = 'run';

/** `nowMs` is where a step that has not ended stands. */
export function timelineOf({ steps, outages, startedAtMs, durationMs = 0 }: RunReport): Timeline {
  const endMs = startedAtMs + durationMs;
  const lastInRow = new Map<string, number[]>();
  const bars = steps
    .flatMap((step) => (step.startedAtMs === undefined ? [] : [{ step, fromMs: step.startedAtMs }]))
    .sort((a, b) => a.fromMs - b.fromMs)
    .flatMap(({ step, fromMs }) => {
      const toMs = Math.max(fromMs, step.endedAtMs ?? endMs);
      return lanesOf(step).map((lane): Bar => {
        const ends = lastInRow.get(lane) ?? [];
        lastInRow.set(lane, ends);
        const free = ends.findIndex((end) => end <= fromMs);
        const row = free === -1 ? ends.length : free;
        ends[row] = toMs;
        return { lane, row, kind: kindOfStep(step), fromMs, toMs, step };
      });
    });
  const away = outages.map(({ service, fromMs, toMs }): Away => ({
    ...{ lane: service, fromMs, toMs: toMs ?? Math.max(fromMs, endMs), isBack: toMs !== undefined },
  }));
  return { lanes: [...lastInRow].map(([name, ends]) => ({ name, rows: ends.length })), bars, away };
}

/** A step that judges several services stands in the lane of each. */
function lanesOf({ service, onTwin, judged = [] }: StepAccount): string[] {
  const services = service === undefined ? [...new Set(judged.map((one) => one.service))] : [service];
  if (services.length === 0) return [onTwin ? 'twin' : RUN_LANE];
  return services.map((name) => (onTwin ? `${name} (twin)` : name));
}
