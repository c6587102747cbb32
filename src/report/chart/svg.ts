import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { Stretch } from './stretches.js';

/** Charts are drawn into a document of their own; nobody looks at it but whoever takes their SVG out. */
const { document } = parseHTML('<!doctype html><html><body></body></html>');

/** Wide enough for a desk; on a phone a chart is scrolled. */
export const WIDTH = 920;

/** A chart as the text of an SVG element, named for those who cannot see it. Texts in it are escaped. */
export function svgOf(name: string, options: Plot.PlotOptions): string {
  const chart = Plot.plot({
    ...{ width: WIDTH, marginRight: 20, style: { fontSize: '12px' } },
    ...options,
    // Colours are CSS variables, so that a chart follows the page into dark and print.
    color: { type: 'identity' },
    document: document as unknown as Document,
  });
  chart.querySelector('style')?.remove();
  chart.setAttribute('role', 'img');
  chart.setAttribute('aria-label', name);
  return chart.outerHTML;
}

/** Time on a chart, in the unit that suits how long the chart lasts. */
export interface TimeAxis {
  label: string;
  x: (atMs: number) => number;
}

/** A stretch that begins with the run counts from there, a later one from its own beginning. */
export function timeAxis(runBeganAtMs: number, { fromMs, toMs }: Stretch): TimeAxis {
  const [unit, unitMs] = UNITS.find(([, , most]) => toMs - fromMs <= most)!;
  const isFirst = fromMs - runBeganAtMs < LATER_MS;
  const zeroMs = isFirst ? runBeganAtMs : Math.floor(fromMs / 1000) * 1000;
  const since = isFirst ? 'the run began' : new Date(zeroMs).toISOString().slice(11, 19);
  return { label: `${unit} since ${since}`, x: (atMs) => (atMs - zeroMs) / unitMs };
}

const LATER_MS = 60_000;

const UNITS: [unit: string, unitMs: number, most: number][] = [
  ['seconds', 1000, 5 * 60_000],
  ['minutes', 60_000, 5 * 3_600_000],
  ['hours', 3_600_000, Infinity],
];

/** A name that fits beside an axis. */
export function shortName(name: string): string {
  return name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name;
}

const LONGEST = 28;

/** Room for the longest of some names beside an axis. */
export function marginFor(names: string[]): number {
  return 16 + Math.max(...names.map((name) => shortName(name).length)) * 7;
}
