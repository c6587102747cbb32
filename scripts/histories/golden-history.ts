import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import { packageRoot } from '../../src/package-root.js';

const FOLDER = path.join(packageRoot(), 'test', 'replay', 'histories');
const SUFFIX = '.json.br';

/** The names of all stored histories. */
export function goldenHistories(): string[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith(SUFFIX));
  return files.map((file) => file.slice(0, -SUFFIX.length)).sort();
}

/** The JSON text of a stored history. */
export function readGoldenHistory(name: string): string {
  return brotliDecompressSync(readFileSync(path.join(FOLDER, `${name}${SUFFIX}`))).toString();
}

/** Keeps the JSON text of a history, compressed: every way through the runbooks has one, for ever. */
export async function writeGoldenHistory(name: string, text: string): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  await writeFile(path.join(FOLDER, `${name}${SUFFIX}`), brotliCompressSync(text));
}
