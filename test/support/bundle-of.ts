import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { EvidenceIndex } from '../../src/store/evidence-index.js';
import { INDEX_FILE } from '../../src/store/evidence-files.js';
import { readChain } from '../../src/store/evidence-chain.js';
import { runFolder } from '../../src/store/layout.js';
import { eventually } from './eventually.js';
import type { TestStack } from './test-stack.js';

/** The evidence bundle of a run, once it is sealed. */
export async function bundleOf(
  stack: TestStack,
  { workflowId, runId }: { workflowId: string; runId: string },
): Promise<{ folder: string; index: EvidenceIndex; json: <T>(file: string) => Promise<T> }> {
  const layout = { home: stack.world.stateFolder, lockDir: '' };
  const folder = runFolder(layout, stack.name, workflowId, runId);
  await eventually(`${workflowId} is sealed`, async () =>
    (await readChain(layout, stack.name)).some((link) => link.runId === runId),
  );
  const json = async <T>(file: string): Promise<T> => JSON.parse(await readFile(path.join(folder, file), 'utf8')) as T;
  return { folder, index: await json<EvidenceIndex>(INDEX_FILE), json };
}
