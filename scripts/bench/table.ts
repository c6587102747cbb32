import Table from 'cli-table3';
import { sizeText } from '../../src/spec/size-text.js';
import type { Failed, Judged } from './measurement.js';

/** The rows for people. Medians; in brackets the least and the most where there was more than one run. */
export function tableText(rows: (Judged | Failed)[]): string {
  const table = new Table({
    head: ['what', 'ours', 'peer', 'ratio', 'goal', 'met'],
    style: { head: [], border: [] },
    colWidths: [44, 26, 34, 8, 11, 6],
    wordWrap: true,
  });
  for (const row of rows) {
    if ('failed' in row) {
      table.push([row.what, { content: `FAILED: ${row.failed}`, colSpan: 4 }, 'NO']);
      continue;
    }
    table.push([
      row.what,
      spread(row.oursMedian, row.ours, shownAs(row)),
      row.peerMedian === undefined ? (row.peerSays ?? '–') : spread(row.peerMedian, row.peer, shownAs(row)),
      row.ratio === undefined ? '–' : `${row.ratio.toFixed(2)} ×`,
      goalText(row.goal),
      row.goal === undefined ? '–' : row.met ? 'yes' : 'NO',
    ]);
  }
  return table.toString();
}

/** The tables that say what the numbers are made of, each followed by a line end; empty where there are none. */
export function detailsText(rows: (Judged | Failed)[]): string {
  return rows
    .flatMap((row) => ('failed' in row || row.details === undefined ? [] : [row.details]))
    .map(({ head, rows: lines }) => {
      const table = new Table({ head, style: { head: [], border: [] } });
      table.push(...lines);
      return `${table.toString()}\n`;
    })
    .join('');
}

function goalText(goal: Judged['goal']): string {
  if (goal === undefined) return '–';
  if ('ratio' in goal) return `≤ ${goal.ratio} ×`;
  return `≤ ${'atMostMs' in goal ? timeText(goal.atMostMs) : sizeText(goal.atMostBytes)}`;
}

function shownAs({ unit }: Judged): (value: number) => string {
  return unit === 'bytes' ? sizeText : timeText;
}

function spread(middle: number, values: number[], shown: (value: number) => string): string {
  if (values.length === 1) return shown(middle);
  return `${shown(middle)} (${shown(Math.min(...values))} … ${shown(Math.max(...values))})`;
}

function timeText(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(ms >= 10_000 ? 1 : 2)} s`;
  return `${ms.toFixed(ms >= 100 ? 0 : 1)} ms`;
}
