import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import { packageRoot } from '../../src/package-root.js';

/** The workflows of the last release, as its workers load them. */
export const PREVIOUS_BUNDLE = path.join(packageRoot(), 'test', 'replay', 'previous-bundle.js.br');

const MAP = '//# sourceMappingURL=data:application/json;charset=utf-8;base64,';

/** From now on the workflows that were built last are those of the last release. Returns how many bytes they take up. */
export async function storePreviousBundle(built: string): Promise<number> {
  const packed = brotliCompressSync(withoutSources(await readFile(built, 'utf8')));
  await writeFile(PREVIOUS_BUNDLE, packed);
  return packed.length;
}

/** What a worker loads in order to run the workflows of the last release. */
export async function previousBundle(): Promise<string> {
  return brotliDecompressSync(await readFile(PREVIOUS_BUNDLE)).toString();
}

/** Two thirds of a bundle are its source map. A worker refuses one without any, so an empty one stands there. */
export function withoutSources(bundle: string): string {
  const end = bundle.lastIndexOf(MAP);
  if (end < 0) throw new Error('the bundle of the workflows has no source map: npm run build');
  const empty = { version: 3, file: 'workflow-bundle.js', sources: [], names: [], mappings: '' };
  return `${bundle.slice(0, end)}${MAP}${Buffer.from(JSON.stringify(empty)).toString('base64')}\n`;
}
