import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { BrokenChain, type Link, readChain } from './evidence-chain.js';
import { evidenceFile, filesOfBundle, INDEX_FILE, privateFile } from './evidence-files.js';
import { type EvidenceIndex, indexHash } from './evidence-index.js';
import { encodeName, stackFolder, type Layout } from './layout.js';
import { readJson } from './private-file.js';
import { runFolders } from './run-folders.js';

/** Between an index and its link there is no more than one write. */
const LINKED_WITHIN_MS = 500;

/** What is not as it was sealed. */
export interface EvidenceProblem {
  /** The run's workflow id; absent where the chain itself is at fault, or nothing tells whose index it is. */
  workflowId?: string;
  runId?: string;
  /** Relative to the run's folder. */
  file?: string;
  problem: string;
}

export interface EvidenceCheck {
  stack: string;
  /** How many runs are sealed, and were looked at. */
  sealed: number;
  checked: number;
  /** The last link: whoever notes this elsewhere can later tell that nothing before it was exchanged. */
  head?: Pick<Link, 'number' | 'index'>;
  problems: EvidenceProblem[];
  /** Runs that are not sealed yet: open ones, and those that nobody has got round to. */
  unsealed: string[];
}

/** Compares all evidence of a stack, or of one run of it, with what was sealed, byte by byte; and the chain with itself. */
export async function verifyEvidence(
  layout: Layout,
  stack: string,
  { key, runId }: { key: Buffer; runId?: string },
): Promise<EvidenceCheck> {
  let chain: Link[];
  let runs: UnlinkedRun[];
  try {
    const folders = await runFolders(layout, stack);
    chain = await readChain(layout, stack);
    runs = await Promise.all(linkless(folders, chain).map(unlinkedRun));
    // A run may be sealed at this very moment, its index first.
    if (runs.some(({ problem }) => problem)) {
      await pause(LINKED_WITHIN_MS);
      chain = await readChain(layout, stack);
    }
  } catch (error) {
    if (!(error instanceof BrokenChain)) throw error;
    return { stack, sealed: 0, checked: 0, problems: [{ problem: error.message }], unsealed: [] };
  }
  const problems = chainProblems(chain);
  const chosen = runId === undefined ? chain : chain.filter((link) => link.runId === runId);
  for (const link of chosen) problems.push(...(await bundleProblems(layout, stack, link, key)));

  const unsealed: string[] = [];
  for (const { place, problem } of linkless(runs, chain)) {
    const isAsked = runId === undefined || path.basename(place) === encodeName(runId);
    if (problem && isAsked) problems.push(problem);
    else unsealed.push(place);
  }
  const head = chain.at(-1);
  return {
    ...{ stack, sealed: chain.length, checked: chosen.length, problems, unsealed },
    ...(head ? { head: { number: head.number, index: head.index } } : {}),
  };
}

interface UnlinkedRun {
  place: string;
  /** What is wrong with it, unless it gets a link meanwhile. */
  problem?: EvidenceProblem;
}

/** An index that cannot be read is told like any other: it hides nothing of the others. */
async function unlinkedRun({ place, folder }: { place: string; folder: string }): Promise<UnlinkedRun> {
  try {
    const index = await readJson<EvidenceIndex>(path.join(folder, INDEX_FILE));
    if (!index) return { place };
    return { place, problem: { ...idsOf(index), problem: 'it has an index, but no link in the chain' } };
  } catch (error) {
    return { place, problem: { problem: (error as Error).message } };
  }
}

function linkless<R extends { place: string }>(runs: R[], chain: Link[]): R[] {
  return runs.filter(({ place }) => !chain.some(({ run }) => run === place));
}

/** Links follow each other, and each run has one. */
function chainProblems(chain: Link[]): EvidenceProblem[] {
  return chain.flatMap((link, index) => {
    const before = chain[index - 1];
    const problems: string[] = [];
    if (link.number !== index + 1)
      problems.push(`link ${index + 1} of the chain says that it is number ${link.number}`);
    if (link.previous !== (before?.index ?? null)) {
      problems.push(`link ${index + 1} of the chain does not follow the one before it`);
    }
    if (chain.findIndex(({ run }) => run === link.run) !== index) problems.push('it stands twice in the chain');
    return problems.map((problem) => ({ ...idsOf(link), problem }));
  });
}

async function bundleProblems(layout: Layout, stack: string, link: Link, key: Buffer): Promise<EvidenceProblem[]> {
  const folder = path.join(stackFolder(layout, stack), link.run);
  const named = (problem: string, file?: string): EvidenceProblem => ({
    ...{ ...idsOf(link), problem },
    ...(file === undefined ? {} : { file }),
  });
  const hash = await indexHash(folder).catch(undefinedIfMissing);
  if (hash === undefined) return [named('is missing', INDEX_FILE)];
  if (hash !== link.index) return [named('is not what was sealed', INDEX_FILE)];
  const index = (await readJson<EvidenceIndex>(path.join(folder, INDEX_FILE)))!;
  const problems = index.previous === link.previous ? [] : [named('names another run before it', INDEX_FILE)];

  const present = (await filesOfBundle(folder)).map(({ file }) => file);
  const listed = [...index.files, ...index.private];
  for (const { file } of listed.filter((one) => !present.includes(one.file))) problems.push(named('is missing', file));
  for (const file of present.filter((name) => !listed.some((one) => one.file === name))) {
    problems.push(named('was added', file));
  }
  for (const kept of index.files.filter(({ file }) => present.includes(file))) {
    if ((await evidenceFile(folder, kept.file)).sha256 !== kept.sha256) problems.push(named('was changed', kept.file));
  }
  for (const kept of index.private.filter(({ file }) => present.includes(file))) {
    if ((await privateFile(folder, kept.file, key)).hmac !== kept.hmac) problems.push(named('was changed', kept.file));
  }
  return problems;
}

function idsOf({ workflowId, runId }: { workflowId: string; runId: string }): { workflowId: string; runId: string } {
  return { workflowId, runId };
}

function undefinedIfMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}
