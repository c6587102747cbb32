import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { privateFolder, stackFolder, type Layout } from './layout.js';

/**
 * One sealed run of a stack. Links are lines of `stacks/<stack>/evidence-chain.jsonl`, in the order in which runs were
 * sealed. Each names the hash of its run's index, and of the index before; so whoever keeps the last hash elsewhere can
 * tell that nothing before it was changed, left out or put in.
 */
export interface Link {
  /** 1, 2, … */
  number: number;
  /** The run's folder, relative to the stack's. */
  run: string;
  workflowId: string;
  runId: string;
  /** sha256 of the run's `evidence/index.json`. */
  index: string;
  /** That of the link before; null for the first. */
  previous: string | null;
}

/** The links of a stack, oldest first. A line that a killed writer has left unfinished does not count. */
export async function readChain(layout: Layout, stack: string): Promise<Link[]> {
  return wholeLines(await textOf(layout, stack)).map((line, index) => {
    try {
      return JSON.parse(line) as Link;
    } catch {
      throw new BrokenChain(`line ${index + 1} of ${chainFile(layout, stack)} is no link of the evidence chain`);
    }
  });
}

/** The file of links cannot be read. */
export class BrokenChain extends Error {
  override readonly name = 'BrokenChain';
}

/** Adds a link, which outlives a power cut once this returns. The caller holds the stack's lock. */
export async function appendLink(layout: Layout, stack: string, link: Link): Promise<void> {
  await privateFolder(stackFolder(layout, stack));
  const whole = wholeLines(await textOf(layout, stack));
  const handle = await open(chainFile(layout, stack), 'a', 0o600);
  try {
    await handle.truncate(Buffer.byteLength(whole.map((line) => `${line}\n`).join('')));
    await handle.appendFile(`${JSON.stringify(link)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export function chainFile(layout: Layout, stack: string): string {
  return path.join(stackFolder(layout, stack), 'evidence-chain.jsonl');
}

async function textOf(layout: Layout, stack: string): Promise<string> {
  return readFile(chainFile(layout, stack), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
}

function wholeLines(text: string): string[] {
  return text.split('\n').slice(0, -1);
}
