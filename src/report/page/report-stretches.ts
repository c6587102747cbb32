import { type Stretch, stretchesOf } from '../chart/stretches.js';
import { timelineOf } from '../chart/timeline.js';
import type { RunReport } from '../run-report.js';

/** The stretches of time that every chart of a page shows: those in which a step was at work, or a service was away. */
export function reportStretches(report: RunReport): Stretch[] {
  const { bars, away } = timelineOf(report);
  return stretchesOf([...bars, ...away].map(({ fromMs, toMs }) => ({ fromMs, toMs })));
}
