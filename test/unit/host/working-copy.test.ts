import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { workingCopyOf } from '../../../src/host/working-copy.js';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'ek-git-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=ann', '-c', 'user.email=ann@example.com', '-C', folder, ...args])
    .toString()
    .trim();

describe('the working copy of a project', () => {
  it('is its commit, and dirty when anything in it differs from that: changed, or new and not ignored', async () => {
    git('init', '-q');
    await writeFile(path.join(folder, 'compose.yaml'), 'services: {}\n');
    await writeFile(path.join(folder, '.gitignore'), '.env\n');
    git('add', '.');
    git('commit', '-qm', 'first');
    const revision = git('rev-parse', 'HEAD');
    await writeFile(path.join(folder, '.env'), 'VERSION=1\n');
    const project = path.join(folder, 'below');
    await mkdir(project);
    expect(await workingCopyOf(project, process.env)).toEqual({ revision, dirty: false });

    await writeFile(path.join(project, 'new.txt'), 'new');
    expect(await workingCopyOf(project, process.env)).toEqual({ revision, dirty: true });
    await rm(path.join(project, 'new.txt'));
    await writeFile(path.join(folder, 'compose.yaml'), 'services: { api: {} }\n');
    expect(await workingCopyOf(project, process.env)).toEqual({ revision, dirty: true });
  });

  it('runs nothing that the repository names', async () => {
    git('init', '-q');
    git('commit', '-q', '--allow-empty', '-m', 'first');
    git('config', 'core.fsmonitor', `touch ${path.join(folder, 'ran')}; false`);
    expect(await workingCopyOf(folder, process.env)).toMatchObject({ dirty: false });
  });

  it('is absent without a repository, without a commit, and without git', async () => {
    expect(await workingCopyOf(folder, process.env)).toBeUndefined();
    git('init', '-q');
    expect(await workingCopyOf(folder, process.env)).toBeUndefined();
    git('commit', '-q', '--allow-empty', '-m', 'first');
    expect(await workingCopyOf(folder, { ...process.env, PATH: folder })).toBeUndefined();
  });
});
