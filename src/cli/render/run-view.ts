import type { createLogUpdate } from 'log-update';
import { findingText } from '../../spec/finding.js';
import type { Progress } from '../../spec/progress.js';
import type { Cli } from '../terminal.js';
import { type ProgressChange, progressChanges } from './progress-changes.js';
import { progressLineText } from './progress-line.js';
import { questionText } from './question-text.js';

/** Shows a run while it is followed. */
export interface RunView {
  /** Nobody sees how it goes on: each look is work for Temporal and the worker, so there are few. */
  silent?: true;
  show(progress: Progress): void;
  /** Something about the following itself: the worker or Temporal is away, or back. */
  note(text: string | undefined): void;
  /** Leaves the last state on the screen. */
  done(): void;
}

/** The view that suits where the output goes. */
export async function runView(cli: Cli): Promise<RunView> {
  if (cli.flags.quiet || cli.flags.json) return askingView(cli);
  // A terminal may not know its size, and then nothing can be redrawn on it.
  if (!cli.stderr.isTTY || !(cli.stderr.rows > 0)) return plainView(cli);
  // Loaded only where it is shown: that takes a tenth of the time that the command line needs to start.
  const { createLogUpdate } = await import('log-update');
  return liveView(cli, createLogUpdate(cli.stderr));
}

/** Shows nothing: the end is all that is asked for. */
export const silentView: RunView = {
  silent: true,
  show: () => undefined,
  note: () => undefined,
  done: () => undefined,
};

/** Shows only what the run asks, once for each question: without an answer it has no end. */
export function askingView({ stderr }: Pick<Cli, 'stderr'>): RunView {
  return {
    ...silentView,
    show: eachChange((change) => {
      if (change.kind === 'asks') stderr.write(`${questionText(change.question)}\n`);
    }),
  };
}

/** One line for each change, once: for logs and pipes. */
export function plainView(cli: Cli): RunView {
  return {
    show: eachChange((change) => {
      if (change.kind === 'line') cli.say(progressLineText(change.line, cli.colours));
      else if (change.kind === 'warning') cli.say(`! ${findingText(change.finding)}`);
      else if (change.kind === 'turned-back') cli.say(`↩ turning back: ${change.because}`);
      else cli.say(questionText(change.question));
    }),
    note: onceEach((text) => cli.say(`… ${text}`)),
    done: () => undefined,
  };
}

/** Tells what is new since the progress that was shown before. */
function eachChange(tell: (change: ProgressChange) => void): RunView['show'] {
  let before: Progress | undefined;
  return (progress) => {
    for (const change of progressChanges(before, progress)) tell(change);
    before = progress;
  };
}

/** Tells a note when it is news: not while it stays the same. */
function onceEach(tell: (text: string) => void): RunView['note'] {
  let before: string | undefined;
  return (text) => {
    if (text !== undefined && text !== before) tell(text);
    before = text;
  };
}

/** One JSON document a line, for each change, on stdout. */
export function jsonLinesView(cli: Cli): RunView {
  return {
    show: eachChange((change) => cli.print(JSON.stringify(change))),
    note: onceEach((text) => cli.print(JSON.stringify({ kind: 'note', text }))),
    done: () => undefined,
  };
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 100;

/** The whole checklist, redrawn in place. */
function liveView(cli: Cli, draw: ReturnType<typeof createLogUpdate>): RunView {
  let progress: Progress | undefined;
  let note: string | undefined;
  let frame = 0;
  const redraw = (): void => {
    if (progress) draw(checklistText(progress, cli, Date.now(), FRAMES[frame++ % FRAMES.length]!, note));
  };
  const timer = setInterval(redraw, FRAME_MS);
  return {
    show: (now) => {
      progress = now;
    },
    note: (text) => {
      note = text;
    },
    done: () => {
      clearInterval(timer);
      note = undefined;
      redraw();
      draw.done();
    },
  };
}

/** The checklist as one screen of text. `spinner` marks what is at work. */
export function checklistText(
  progress: Progress,
  { colours }: Pick<Cli, 'colours'>,
  nowMs: number,
  spinner: string,
  note?: string,
): string {
  const lineText = (line: Progress['lines'][number]): string =>
    progressLineText(line, colours, nowMs, line.state === 'running' ? spinner : undefined);
  const forward = progress.lines.filter(({ phase }) => phase !== 'rollback');
  const back = progress.lines.filter(({ phase }) => phase === 'rollback');
  return [
    ...progress.warnings.map((finding) => `${colours.yellow('!')} ${findingText(finding)}`),
    ...forward.map(lineText),
    ...(progress.turnedBackBecause === undefined
      ? []
      : [colours.yellow(`↩ turning back: ${progress.turnedBackBecause.split('\n')[0]}`)]),
    ...back.map(lineText),
    ...(progress.asks ? [colours.yellow(questionText(progress.asks))] : []),
    ...(note === undefined ? [] : [colours.yellow(`… ${note}`)]),
  ].join('\n');
}
