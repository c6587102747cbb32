import path from 'node:path';
import { type Hold, stands } from '../spec/hold.js';
import { stackFolder, type Layout } from './layout.js';
import { readJson, writeJson } from './private-file.js';

/** The hold that stands on a stack; undefined where everything may act on it by itself. */
export async function readHold(layout: Layout, stack: string, nowMs = Date.now()): Promise<Hold | undefined> {
  const last = await lastWord(layout, stack);
  return last && stands(last, nowMs) ? last : undefined;
}

/** Afterwards this word counts, unless a later one has been said. Returns the one before it. */
export async function noteHold(layout: Layout, stack: string, word: Hold): Promise<Hold | undefined> {
  const last = await lastWord(layout, stack);
  const counts = last === undefined || last.atMs < word.atMs;
  if (counts) await writeJson(holdFile(layout, stack), word);
  return counts ? last : undefined;
}

async function lastWord(layout: Layout, stack: string): Promise<Hold | undefined> {
  return readJson<Hold>(holdFile(layout, stack));
}

/** A hold that was lifted or is over stays there, so that an earlier word that comes late does not count. */
function holdFile(layout: Layout, stack: string): string {
  return path.join(stackFolder(layout, stack), 'hold.json');
}
