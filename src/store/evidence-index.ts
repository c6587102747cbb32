import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { appendLink, type Link, readChain } from './evidence-chain.js';
import {
  type EvidenceFile,
  evidenceFile,
  filesOfBundle,
  INDEX_FILE,
  type PrivateFile,
  privateFile,
} from './evidence-files.js';
import { stackFolder, type Layout } from './layout.js';
import { writeJson } from './private-file.js';

/** What a run's bundle consists of: `evidence/index.json`. */
export interface EvidenceIndex {
  format: 1;
  /** Its place in the chain of the stack. */
  number: number;
  stack: string;
  workflowId: string;
  runId: string;
  sealedAt: string;
  /** Whether Temporal still had the run's history when it was sealed. */
  history: 'exported' | 'gone';
  files: EvidenceFile[];
  private: PrivateFile[];
  /** sha256 of the index of the run that was sealed before; null for the first of the stack. */
  previous: string | null;
}

/** A run that is to be sealed. */
export interface Sealing {
  layout: Layout;
  stack: string;
  /** The run's folder, relative to the stack's. */
  run: string;
  workflowId: string;
  runId: string;
  history: EvidenceIndex['history'];
  /** The host's key. */
  key: Buffer;
}

/**
 * Seals the bundle of a run: lists every file with its hash, and makes that list the next link of the stack's chain. The
 * caller holds the stack's lock, and nothing is written into the bundle any more. Safe to repeat because a run has one
 * link: an index without a link, which a killed attempt has left, is written anew.
 */
export async function sealBundle(sealing: Sealing, now: Date): Promise<Link> {
  const { layout, stack, run, workflowId, runId, history, key } = sealing;
  const chain = await readChain(layout, stack);
  const known = chain.find((link) => link.run === run);
  if (known) return known;

  const head = chain.at(-1);
  const folder = path.join(stackFolder(layout, stack), run);
  const found = await filesOfBundle(folder);
  const files = found.filter(({ kind }) => kind === 'evidence').map(({ file }) => evidenceFile(folder, file));
  const secret = found.filter(({ kind }) => kind === 'private').map(({ file }) => privateFile(folder, file, key));
  const index: EvidenceIndex = {
    ...{ format: 1, number: (head?.number ?? 0) + 1, stack, workflowId, runId, sealedAt: now.toISOString(), history },
    ...{ files: await Promise.all(files), private: await Promise.all(secret), previous: head?.index ?? null },
  };
  await writeJson(path.join(folder, INDEX_FILE), index);
  const link = {
    number: index.number,
    run,
    workflowId,
    runId,
    index: await indexHash(folder),
    previous: index.previous,
  };
  await appendLink(layout, stack, link);
  return link;
}

/** sha256 of the index as it stands on disk. Throws where there is none. */
export async function indexHash(runFolder: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path.join(runFolder, INDEX_FILE)))
    .digest('hex');
}
