import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** In a run's folder: what is kept of the run for people and auditors, besides what its steps have written. */
export const EVIDENCE_FOLDER = 'evidence';
export const INDEX_FILE = `${EVIDENCE_FOLDER}/index.json`;

/** A file of a bundle. `file` is relative to the run's folder. */
export interface EvidenceFile {
  file: string;
  bytes: number;
  sha256: string;
}

/** A file that may hold secrets. Its hash is keyed, so that the content of a short one cannot be guessed from it. */
export interface PrivateFile {
  file: string;
  bytes: number;
  /** HMAC-SHA256 with the host's key. */
  hmac: string;
}

const EVIDENCE = [
  /^(run|observed|plan|result)\.json$/,
  /^plan\.txt$/,
  /^evidence\//,
  /^(twin\/)?(health|scan|endpoints)\//,
  /^swaps\//,
  /^twin\/derivation\.json$/,
];
const PRIVATE = [
  /^(twin\/)?(frozen|children)\//,
  /^capture\//,
  /^((aim|forward)\/)?restored\//,
  /^aim\/capture\.json$/,
];
/** What a run had found and made before it stood aside. */
const ASIDE = /^aside\/\d+\//;
/** Being written still, or what a killed writer has left. */
const UNFINISHED = /\.(part|tmp)$/;

/**
 * What a file of a run's folder is to its bundle: evidence for people, private because it may hold secrets, or nothing: what
 * a run and whoever clears up after it need for their own work.
 */
export function kindOfFile(file: string): 'evidence' | 'private' | undefined {
  if (file === INDEX_FILE || UNFINISHED.test(file)) return undefined;
  const name = file.replace(ASIDE, '');
  if (EVIDENCE.some((pattern) => pattern.test(name))) return 'evidence';
  return PRIVATE.some((pattern) => pattern.test(name)) ? 'private' : undefined;
}

/** Every file of a run's folder that belongs to its bundle, by name; its paths are relative to the folder. */
export async function filesOfBundle(runFolder: string): Promise<{ file: string; kind: 'evidence' | 'private' }[]> {
  const entries = await readdir(runFolder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(runFolder, path.join(entry.parentPath, entry.name)))
    .sort()
    .flatMap((file) => {
      const kind = kindOfFile(file);
      return kind === undefined ? [] : [{ file, kind }];
    });
}

export async function evidenceFile(runFolder: string, file: string): Promise<EvidenceFile> {
  return { file, bytes: await sizeOf(runFolder, file), sha256: await digest(createHash('sha256'), runFolder, file) };
}

export async function privateFile(runFolder: string, file: string, key: Buffer): Promise<PrivateFile> {
  return { file, bytes: await sizeOf(runFolder, file), hmac: await digest(createHmac('sha256', key), runFolder, file) };
}

async function sizeOf(runFolder: string, file: string): Promise<number> {
  return (await stat(path.join(runFolder, file))).size;
}

async function digest(hash: Hash | Hmac, runFolder: string, file: string): Promise<string> {
  for await (const chunk of createReadStream(path.join(runFolder, file))) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
