import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readGoldenHistory } from '../../scripts/histories/golden-history.js';
import type { Sample } from '../../src/gates/verdict.js';
import type { RawHistory } from '../../src/report/history-event.js';
import { accountOfHistory } from '../../src/report/read-history.js';
import type { RunAccount } from '../../src/report/run-account.js';
import { ACCOUNT_FILE } from '../../src/store/bundles.js';
import { sealBundle } from '../../src/store/evidence-index.js';
import { type Layout, runFolder, stackFolder } from '../../src/store/layout.js';

/** The account of a run that really was, by the name of its golden history. */
export async function accountOfGolden(name: string, change: Partial<RunAccount> = {}): Promise<RunAccount> {
  const history = JSON.parse(readGoldenHistory(name)) as RawHistory;
  const run = { workflowId: `deploy/any/shop/${name}`, runId: `01a1fd7f-1c66-741a-a174-${name}` };
  return { ...accountOfHistory(history, run), ...change };
}

/** Puts a run on record as a host does: in its folder, sealed. Returns the folder. */
export async function keepRun(
  layout: Layout,
  account: RunAccount,
  files: Record<string, unknown> = {},
): Promise<string> {
  const { workflowId, runId, type, stack, host = 'harbour', startedAtMs: beganAtMs, result } = account;
  const folder = runFolder(layout, stack, workflowId, runId);
  const all = {
    'run.json': { workflowId, runId, type, stack, host, beganAtMs },
    ...(result ? { 'result.json': result } : {}),
    [ACCOUNT_FILE]: account,
    ...files,
  };
  for (const [file, content] of Object.entries(all)) await writeIn(folder, file, content);
  const run = path.relative(stackFolder(layout, stack), folder);
  const sealing = { layout, stack, run, workflowId, runId, history: 'exported' as const, key: Buffer.from('key') };
  await sealBundle(sealing, new Date(beganAtMs + 60_000));
  return folder;
}

/** Lists become JSON lines, texts stay as they are, all else becomes JSON. */
export async function writeIn(folder: string, file: string, content: unknown): Promise<void> {
  const place = path.join(folder, file);
  await mkdir(path.dirname(place), { recursive: true });
  const text =
    typeof content === 'string'
      ? content
      : Array.isArray(content)
        ? content.map((line) => `${JSON.stringify(line)}\n`).join('')
        : JSON.stringify(content);
  await writeFile(place, text);
}

/** What a gate saw of a container in one look. */
export function sampleOf(change: Partial<Sample> & { atMs: number }): Sample {
  return {
    ...{ id: 'c1', container: 'shop-api-1', number: 1, createdAtMs: change.atMs, state: 'running' },
    ...{ restartCount: 0, restartPolicy: { name: 'always', maximumRetries: 0 }, health: 'starting' },
    ...change,
  };
}
