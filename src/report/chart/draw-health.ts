import * as Plot from '@observablehq/plot';
import { durationText } from '../../spec/duration-text.js';
import type { RunReport } from '../run-report.js';
import { type HealthBar, healthBarsOf } from './health-bars.js';
import { type Stretch, within } from './stretches.js';
import { marginFor, shortName, svgOf, timeAxis } from './svg.js';

const ROW_PX = 22;

/** How containers were in a stretch, as gates saw them; undefined where none was looked at. */
export function drawHealth(report: RunReport, stretch: Stretch): string | undefined {
  const bars = healthBarsOf(report).flatMap((bar) => within(stretch, bar) ?? []);
  if (bars.length === 0) return undefined;
  const names = [...new Set(bars.map(nameOf))];
  const axis = timeAxis(report.startedAtMs, stretch);
  return svgOf('how containers were, by time', {
    ...{ height: names.length * ROW_PX + 66, marginLeft: marginFor(names), marginBottom: 46 },
    x: { label: axis.label, domain: [axis.x(stretch.fromMs), axis.x(stretch.toMs)], grid: true },
    y: { domain: names, label: null, tickSize: 0, tickFormat: shortName },
    marks: [
      Plot.barX(bars, {
        ...{ y: nameOf, x1: ({ fromMs }: HealthBar) => axis.x(fromMs), x2: ({ toMs }: HealthBar) => axis.x(toMs) },
        ...{ fill: ({ condition }: HealthBar) => `var(--${condition})`, inset: 2, insetLeft: 0, insetRight: 0 },
        ...{ stroke: ({ condition }: HealthBar) => `var(--${condition})`, strokeWidth: 1 },
        title: (bar: HealthBar) => `${nameOf(bar)}: ${bar.words} (${durationText(bar.toMs - bar.fromMs)})`,
      }),
    ],
  });
}

function nameOf({ container, onTwin }: HealthBar): string {
  return onTwin ? `${container} (twin)` : container;
}
