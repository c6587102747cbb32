import type { RunRow } from '../../report/run-row.js';
import type { Colours } from '../terminal.js';
import { durationText } from '../../spec/duration-text.js';
import { paintEnding } from './ending.js';
import { tableText } from './table.js';

const COLUMNS = ['BEGAN', 'RUNBOOK', 'STACK', 'HOST', 'OUTCOME', 'TOOK', 'RELEASE', 'BY', 'RUN', 'WHY'];

/** Runs as a table. A stack or a host that is the same throughout is not repeated. */
export function historyText(rows: RunRow[], colours: Colours): string {
  const several = (values: (string | undefined)[]): boolean => new Set(values).size > 1;
  const showsStack = several(rows.map(({ stack }) => stack));
  const showsHost = several(rows.map(({ host }) => host));
  const cells = rows.map((row) => [
    ...[momentText(row.startedAtMs), row.type, showsStack ? row.stack : '', showsHost ? (row.host ?? '') : ''],
    ...[paintEnding(row.outcome, colours)(row.outcome), tookText(row), releaseText(row), row.by ?? ''],
    ...[row.runId.slice(-RUN_ID_SHOWN), firstLine(row.reason ?? '')],
  ]);
  return tableText(COLUMNS, cells);
}

/** Run ids begin with the time, so their ends tell them apart. */
const RUN_ID_SHOWN = 8;

function momentText(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z');
}

function tookText({ durationMs }: RunRow): string {
  return durationMs === undefined ? '' : durationText(durationMs);
}

function releaseText({ release, previousRelease }: RunRow): string {
  if (release === undefined || previousRelease === undefined || release === previousRelease) return release ?? '';
  return `${previousRelease} → ${release}`;
}

function firstLine(text: string): string {
  return text.split('\n')[0]!;
}
