import type { Progress, ProgressLine } from '../../spec/progress.js';
import type { Finding } from '../../spec/finding.js';
import type { Question } from '../../spec/question.js';

/** What is new in a progress since the one before it. */
export type ProgressChange =
  | { kind: 'line'; line: ProgressLine }
  | { kind: 'warning'; finding: Finding }
  | { kind: 'turned-back'; because: string }
  | { kind: 'asks'; question: Question };

/** Every change of state once, in the order of the checklist; lines that only wait are no news. */
export function progressChanges(before: Progress | undefined, now: Progress): ProgressChange[] {
  const stateBefore = new Map(before?.lines.map(({ id, state }) => [id, state]));
  const changed = now.lines.filter(({ id, state }) => state !== 'waiting' && stateBefore.get(id) !== state);
  const isForward = (line: ProgressLine): boolean => line.phase !== 'rollback' && line.state !== 'undone';
  const turned =
    now.turnedBackBecause !== undefined && before?.turnedBackBecause === undefined
      ? [{ kind: 'turned-back' as const, because: now.turnedBackBecause }]
      : [];
  return [
    ...now.warnings.slice(before?.warnings.length ?? 0).map((finding) => ({ kind: 'warning' as const, finding })),
    ...changed.filter(isForward).map((line) => ({ kind: 'line' as const, line })),
    ...turned,
    ...changed.filter((line) => !isForward(line)).map((line) => ({ kind: 'line' as const, line })),
    ...(now.asks && !isSame(before?.asks, now.asks) ? [{ kind: 'asks' as const, question: now.asks }] : []),
  ];
}

function isSame(before: Question | undefined, now: Question): boolean {
  return before?.what === now.what && before.sinceMs === now.sinceMs;
}
