import { parseDocument } from 'yaml';

/** As much as can be had of a Compose file as it is written, which may have mistakes; undefined where that is nothing. */
export function writtenContent(text: string): unknown {
  try {
    return parseDocument(text, { logLevel: 'silent' }).toJS({ maxAliasCount: -1 });
  } catch {
    return undefined;
  }
}
