import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { bindKinds } from '../../../src/host/bind-kinds.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ek-binds-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('bindKinds', () => {
  it('tells what a path is, and finds a socket however deep', async () => {
    await mkdir(path.join(folder, 'plain', 'deep'), { recursive: true });
    await mkdir(path.join(folder, 'run', 'deep'), { recursive: true });
    await writeFile(path.join(folder, 'file'), '');
    await symlink(path.join(folder, 'file'), path.join(folder, 'link'));
    const socket = path.join(folder, 'run', 'deep', 's');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    try {
      const names = ['plain', 'run', 'file', 'link', 'none'].map((name) => path.join(folder, name));
      expect(Object.values(await bindKinds([...names, socket, '/dev/null']))).toEqual([
        ...['folder', 'folder-with-sockets', 'file', 'file', 'missing'],
        ...['socket', 'device'],
      ]);
    } finally {
      server.close();
    }
  });

  it('calls no folder free of sockets that it has not looked through', async () => {
    await mkdir(path.join(folder, 'a', 'b'), { recursive: true });
    await writeFile(path.join(folder, 'a', 'c'), '');
    expect(Object.values(await bindKinds([folder], 3))).toEqual(['folder']);
    expect(Object.values(await bindKinds([folder], 2))).toEqual(['unseen-folder']);
  });

  const isRoot = process.getuid?.() === 0;
  (isRoot ? it.skip : it)(
    `nor one of which it may not see a part${isRoot ? ' (left out: root sees all)' : ''}`,
    async () => {
      await mkdir(path.join(folder, 'closed'), { mode: 0o000 });
      expect(Object.values(await bindKinds([folder]))).toEqual(['unseen-folder']);
    },
  );
});
