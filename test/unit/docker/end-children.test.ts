import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readIdentity } from '../../../src/docker/child-traces.js';
import { endChildren } from '../../../src/docker/end-children.js';
import { runChild } from '../../../src/docker/run-child.js';
import { eventually } from '../../support/eventually.js';

describe('endChildren', () => {
  it('ends what is at work, and leaves what has ended', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'ek-end-'));
    const child = (name: string, argv: string[]) =>
      runChild({ folder: path.join(folder, name), argv, cwd: folder, env: { PATH: process.env['PATH']! } });
    try {
      expect(await child('done', ['true'])).toMatchObject({ exitCode: 0 });
      const sleeping = child('sleeps', ['sleep', '300']);
      await eventually('it says who it is', async () => !!(await readIdentity(path.join(folder, 'sleeps'))));
      await endChildren(folder);
      expect(await sleeping).toMatchObject({ kind: 'exited', exitCode: 143 });
      await endChildren(folder);
      await endChildren(path.join(folder, 'none'));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
