import * as Plot from '@observablehq/plot';
import { medianOf } from '../median.js';
import type { RunReport } from '../run-report.js';
import type { UsePoint } from '../use-points.js';
import { resourceLinesOf, useSummariesOf } from './resource-lines.js';
import type { Stretch } from './stretches.js';
import { svgOf, timeAxis } from './svg.js';

const HEIGHT_PX = 220;
const MIB = 1024 * 1024;
/** A sample is missing where the next one comes this much later than the usual. */
const GAP = 4;

/** What services used in a stretch, a line each in its colour; undefined where there are no two samples. */
export function drawResources(
  { resources, startedAtMs }: RunReport,
  stretch: Stretch,
  colours: Map<string, string>,
): { cpu: string; memory: string } | undefined {
  const isShown = ({ atMs }: { atMs: number }): boolean => atMs >= stretch.fromMs && atMs <= stretch.toMs;
  const times = resources.filter(isShown).map(({ atMs }) => atMs);
  if (times.length < 2) return undefined;
  const points = resourceLinesOf(resources).filter(isShown);
  const usualMs = medianOf(times.slice(1).map((atMs, index) => atMs - times[index]!))!;
  const axis = timeAxis(startedAtMs, stretch);
  const draw = (name: string, label: string, valueOf: (point: UsePoint) => number | undefined): string =>
    svgOf(name, {
      ...{ height: HEIGHT_PX, marginLeft: 60, marginBottom: 46 },
      x: { label: axis.label, domain: [axis.x(stretch.fromMs), axis.x(stretch.toMs)] },
      y: { label, grid: true, zero: true, nice: true, ticks: 5 },
      marks: [
        Plot.ruleY([0], { stroke: 'var(--line)' }),
        ...[...colours].flatMap(([service, colour]) => {
          const own = withGaps(
            points.filter((point) => point.service === service).map((point) => ({ ...point, value: valueOf(point) })),
            usualMs * GAP,
          );
          const channels = { x: ({ atMs }: UsePoint) => axis.x(atMs), y: 'value', stroke: colour };
          return [
            Plot.lineY(own, { ...channels, strokeWidth: 2, title: () => service }),
            Plot.dot(
              own.filter(({ value }) => value !== undefined),
              {
                ...channels,
                r: 1.5,
                fill: colour,
                title: ({ value }: { value: number }) => `${service}: ${round(value)}`,
              },
            ),
          ];
        }),
      ],
    });
  return {
    cpu: draw('processor time, by service and time', '↑ percent of one processor', ({ cpu }) =>
      cpu === undefined ? undefined : cpu * 100,
    ),
    memory: draw('memory, by service and time', '↑ MiB of memory', ({ memoryBytes }) => memoryBytes / MIB),
  };
}

/** The colour of each service's line, the one with the most memory first. */
export function coloursOf(points: UsePoint[]): Map<string, string> {
  return new Map(useSummariesOf(points).map(({ service }, index) => [service, `var(--series-${index})`]));
}

/** A line is broken where nothing was sampled. */
function withGaps<T extends { atMs: number; value: number | undefined }>(points: T[], gapMs: number): T[] {
  return points.flatMap((point, index) => {
    const before = points[index - 1];
    if (!before || point.atMs - before.atMs <= gapMs) return [point];
    return [{ ...point, atMs: before.atMs + 1, value: undefined }, point];
  });
}

function round(value: number): string {
  return value.toFixed(1);
}
