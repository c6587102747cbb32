import { isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { Place } from './finding.js';
import { pathText, type SourceFile } from './places.js';

/** A text value of a Compose file, as it is written there, quotes and all: where Compose interpolates. */
export interface WrittenScalar {
  text: string;
  /** The place of an offset of `text`. */
  placeAt(offset: number): Place;
}

/** The values that Compose interpolates, in their order: all texts but keys and comments. */
export function writtenScalars({ file, text }: SourceFile): WrittenScalar[] {
  const lines = new LineCounter();
  const scalars: WrittenScalar[] = [];
  visit(parseDocument(text, { lineCounter: lines, logLevel: 'silent' }), {
    Scalar(key, { value, range }, ancestors) {
      if (key === 'key' || typeof value !== 'string' || !range) return;
      const path = pathText(ancestors.flatMap(keysOf));
      const [start, end] = range;
      scalars.push({
        text: text.slice(start, end),
        placeAt: (offset) => {
          const { line, col } = lines.linePos(start + offset);
          return { file, line, column: col, ...(path && { path }) };
        },
      });
    },
  });
  return scalars;
}

/** The key of a pair; of other nodes on the way to a scalar none. */
function keysOf(node: unknown): string[] {
  const { key } = node as { key?: unknown };
  return isScalar(key) ? [String(key.value)] : [];
}
