import type { Word } from './messages.js';

/** Who speaks is asked of everybody who does. */
export function refuseNameless(word: Word | undefined): void {
  if (typeof word?.by === 'string' && word.by.trim() !== '') return;
  throw new Error('say who you are: {"by":"your name","reason":"why"}');
}

/** `refused by ann: wrong day`. */
export function saidBy(what: string, { by, reason }: Word): string {
  return `${what} ${by}${reason ? `: ${reason}` : ''}`;
}
