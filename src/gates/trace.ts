/** Where in a trace a line stands. */
export type TracePart =
  /** An ordinary line, and what is indented beneath it: a stack of Node or Java, details. */
  | 'plain'
  /** The frames of a Python traceback, before its exception. */
  | 'frames'
  /** The exception that ends a traceback, its further lines, and what leads to the next traceback. */
  | 'exception';

/** A trace as far as it has been read. */
export interface Trace {
  part: TracePart;
  /** How far its first line is indented. */
  indent: number;
  /** The line before was indented more than the first. */
  deeper: boolean;
}

const TRACEBACK = 'Traceback (most recent call last)';
const CLOSES_OR_CAUSES = /^(?:[}\])]|Caused by: |\.\.\. \d)/;
/** How Node goes on in its first column. */
const GOES_ON = /^(?:\] \{|\]$|Require stack:$|- \/)/;
const AFTER_EXCEPTION =
  /^(?:During handling of the above|The above exception was|\(Background on this error|\[SQL: |\[parameters: |DETAIL: |HINT: |LINE \d)/;
const COLON = 58;

/** The trace that begins with a line. */
export function traceFrom(line: string): Trace {
  return { part: beginsTraceback(line) ? 'frames' : 'plain', indent: indentOf(line), deeper: false };
}

/** The trace with one more line, or undefined where the line begins another. `blankEnds`: so does a blank line. */
export function traceWith(trace: Trace, line: string, blankEnds: boolean): Trace | undefined {
  const { part, indent } = trace;
  if (line.length === 0 || line.trim() === '') return part === 'plain' || blankEnds ? undefined : trace;
  const isDeeper = indentOf(line) > indent;
  if (part === 'frames') return isDeeper ? trace : { ...trace, part: 'exception' };
  if (isDeeper) return trace.deeper ? trace : { ...trace, deeper: true };
  if (part === 'exception') {
    if (beginsTraceback(line)) return { ...trace, part: 'frames' };
    return AFTER_EXCEPTION.test(line) ? trace : undefined;
  }
  return (trace.deeper && CLOSES_OR_CAUSES.test(line)) || GOES_ON.test(line) ? trace : undefined;
}

/** Whether a line of a trace is a place in code, which may quote the words of a failure. */
export function isCode(trace: Trace, line: string): boolean {
  return trace.part === 'frames' ? !beginsTraceback(line) && indentOf(line) > trace.indent : /^\s+at /.test(line);
}

function beginsTraceback(line: string): boolean {
  return line.charCodeAt(line.length - 1) === COLON && line.includes(TRACEBACK);
}

/** In characters; the bars of exception groups are part of it. */
function indentOf(line: string): number {
  let at = 0;
  for (; at < line.length; at++) {
    const character = line.charCodeAt(at);
    if (character !== 32 && character !== 9) break;
  }
  return at;
}
