import * as Plot from '@observablehq/plot';
import { durationText } from '../../spec/duration-text.js';
import type { RunReport } from '../run-report.js';
import { type Stretch, within } from './stretches.js';
import { marginFor, shortName, svgOf, timeAxis } from './svg.js';
import { type Away, type Bar, type Timeline, timelineOf } from './timeline.js';

const ROW_PX = 22;

/** The part of a run's timeline that falls into a stretch, as SVG: a bar for each step, in the lane of its service. */
export function drawTimeline(report: RunReport, stretch: Stretch): string {
  const timeline = timelineOf(report);
  const bars = timeline.bars.flatMap((bar) => within(stretch, bar) ?? []);
  const away = timeline.away.flatMap((one) => within(stretch, one) ?? []);
  const lanes = timeline.lanes.filter(({ name }) => bars.some(({ lane }) => lane === name));
  const rows = lanes.flatMap(({ name, rows: count }) => Array.from({ length: count }, (_, row) => keyOf(name, row)));
  const axis = timeAxis(report.startedAtMs, stretch);
  const x = { x1: ({ fromMs }: Stretch) => axis.x(fromMs), x2: ({ toMs }: Stretch) => axis.x(toMs) };
  return svgOf('what the run did, by service and time', {
    ...{ height: rows.length * ROW_PX + 66, marginLeft: marginFor(lanes.map(({ name }) => name)), marginBottom: 46 },
    x: { label: axis.label, domain: [axis.x(stretch.fromMs), axis.x(stretch.toMs)], grid: true },
    y: { domain: rows, label: null, tickSize: 0, padding: 0.12, tickFormat: nameIn },
    marks: [
      // A line above each lane.
      Plot.ruleY(
        lanes.map(({ name }) => keyOf(name, 0)),
        { y: (key: string) => key, dy: -ROW_PX / 2, stroke: 'var(--line)' },
      ),
      Plot.barX(awayRows(away, timeline), {
        ...{ y: 'key', ...x, fill: 'var(--away)', inset: -1 },
        title: ({ lane, fromMs, toMs }: Away) => `${lane} did not serve for ${durationText(toMs - fromMs)}`,
      }),
      Plot.barX(bars, {
        ...{ y: ({ lane, row }: Bar) => keyOf(lane, row), ...x, rx: 2, inset: 2 },
        fill: ({ kind }: Bar) => `var(--${kind})`,
        // What takes no time is to be seen all the same.
        ...{ stroke: ({ kind }: Bar) => `var(--${kind})`, strokeWidth: 1.5 },
        title: titleOf,
      }),
      Plot.ruleX(report.messages, {
        ...{ filter: ({ atMs }: { atMs: number }) => atMs >= stretch.fromMs && atMs <= stretch.toMs },
        ...{ x: ({ atMs }: { atMs: number }) => axis.x(atMs), stroke: 'var(--said)', strokeDasharray: '3,3' },
        title: ({ name, by }: { name: string; by?: string }) => `${name}${by === undefined ? '' : ` by ${by}`}`,
      }),
    ],
  });
}

/** A row of the band axis; a lane may have several. */
function keyOf(lane: string, row: number): string {
  return `${row} ${lane}`;
}

/** Only the first row of a lane is named. */
function nameIn(key: string): string {
  const [, row, lane = ''] = /^(\d+) (.*)$/s.exec(key) ?? [];
  return row === '0' ? shortName(lane) : '';
}

/** An outage fills all rows of its lane. */
function awayRows(away: Away[], { lanes }: Timeline): (Away & { key: string })[] {
  return away.flatMap((one) => {
    const { rows = 0 } = lanes.find(({ name }) => name === one.lane) ?? {};
    return Array.from({ length: rows }, (_, row) => ({ ...one, key: keyOf(one.lane, row) }));
  });
}

function titleOf({ step, fromMs, toMs }: Bar): string {
  const said = step.note === undefined ? '' : `: ${step.note}`;
  return `${step.title} (${durationText(toMs - fromMs)})${said}`;
}
