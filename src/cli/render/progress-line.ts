import type { LineState, ProgressLine } from '../../spec/progress.js';
import type { Colours } from '../terminal.js';
import { durationText } from '../../spec/duration-text.js';

const MARKS: Record<LineState, string> = {
  waiting: '·',
  running: '▶',
  done: '✓',
  failed: '✗',
  undone: '↩',
  skipped: '–',
};

/**
 * One line of a run for people: `✓ replace api (1.2s): healthy for 5.0 s`. The cause is shown while the outcome is not
 * known yet. `mark` replaces the state's own mark, for a spinner.
 */
export function progressLineText(line: ProgressLine, colours: Colours, nowMs?: number, mark?: string): string {
  const { state, title, because, note, startedAtMs, endedAtMs = nowMs } = line;
  const took =
    startedAtMs !== undefined && endedAtMs !== undefined ? ` (${durationText(endedAtMs - startedAtMs)})` : '';
  const open = state === 'waiting' || state === 'running';
  const words = (open ? note || because : note) || (state === 'undone' ? 'taken back' : undefined);
  const text = `${title}${colours.dim(took)}${words === undefined ? '' : `: ${firstLine(words)}`}`;
  return paint(state, colours)(mark ?? MARKS[state]) + ` ${state === 'waiting' ? colours.dim(text) : text}`;
}

function paint(state: LineState, colours: Colours): (text: string) => string {
  switch (state) {
    case 'done':
      return colours.green;
    case 'failed':
      return colours.red;
    case 'undone':
      return colours.yellow;
    case 'running':
      return colours.cyan;
    case 'waiting':
    case 'skipped':
      return colours.dim;
  }
}

/** Causes may list every finding; the rest of them stands in the summary. */
function firstLine(text: string): string {
  const [first = '', ...rest] = text.split('\n');
  return rest.length > 0 ? `${first} …` : first;
}
