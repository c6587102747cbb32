import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { pruneBackups } from '../../../../src/cli/verbs/backup-prune.js';
import { restoreData } from '../../../../src/cli/verbs/restore.js';
import type { BackupManifest } from '../../../../src/spec/backup.js';
import { EXIT } from '../../../../src/spec/outcome.js';
import { backupsFolder, listBackups } from '../../../../src/store/backups.js';
import type { Layout } from '../../../../src/store/layout.js';
import { writeJson } from '../../../../src/store/private-file.js';
import { testCli } from '../../../support/cli-surroundings.js';

let layout: Layout;

beforeEach(async () => {
  const home = await mkdtemp(path.join(os.tmpdir(), 'evenkeel-said-no-'));
  layout = { home, lockDir: path.join(home, 'locks') };
});
afterEach(() => rm(layout.home, { recursive: true, force: true }));

/** Somebody at a terminal who says no. */
function saysNo(projectName?: string): ReturnType<typeof testCli> {
  const stdin = new PassThrough();
  stdin.write('n\n');
  const env = { EVENKEEL_HOME: layout.home, EVENKEEL_LOCK_DIR: layout.lockDir };
  const cli = testCli(projectName === undefined ? {} : { projectName }, env);
  return { ...cli, interactive: true, stdin: stdin as unknown as NodeJS.ReadStream };
}

it('a restore to which somebody says no is not done, and did not do as asked', async () => {
  const cli = saysNo();
  expect(await restoreData(cli, undefined, [], {})).toBe(EXIT.failed);
  expect(cli.err.text).toContain('left as it is');
});

it('backups whose removal somebody says no to stay, and what was asked for was not done', async () => {
  for (const [atMs, id] of ['oldest', 'older', 'newest'].entries()) {
    const folder = path.join(backupsFolder(layout, 'shop'), id);
    await mkdir(folder, { recursive: true });
    const nothing = { left: [], reused: [], stores: [], proofs: [] };
    const manifest: BackupManifest = { format: 1, id, stack: 'shop', atMs, workflowId: 'w', runId: 'r', ...nothing };
    await writeJson(path.join(folder, 'manifest.json'), manifest);
  }
  const cli = saysNo('shop');
  expect(await pruneBackups(cli, { keep: '1' })).toBe(EXIT.failed);
  expect(cli.err.text).toContain('Remove these 2 backups of shop?');
  expect(cli.err.text).toContain('left as it is');
  expect((await listBackups(layout, 'shop')).map(({ id }) => id)).toEqual(['newest', 'older', 'oldest']);
});
