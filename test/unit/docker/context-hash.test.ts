import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contextHash } from '../../../src/docker/context-hash.js';
import { parseDockerignore } from '../../../src/docker/dockerignore.js';

describe('dockerignore', () => {
  const ignores = (text: string, file: string) => parseDockerignore(text).ignores(file);

  it.each([
    ['node_modules', 'node_modules/x/y.js', true],
    ['node_modules', 'app/node_modules/x.js', false],
    ['**/node_modules', 'app/node_modules/x.js', true],
    ['*.md', 'README.md', true],
    ['*.md', 'docs/README.md', false],
    ['**/*.md', 'README.md', true],
    ['/dist/', 'dist/a', true],
    ['./dist', 'dist/a', true],
    ['temp?', 'temp1', true],
    ['# *', 'a', false],
    ['*\n!keep', 'keep', false],
    ['*\n!keep', 'other', true],
    ['docs\n!docs/keep.md', 'docs/keep.md', false],
    ['a.b', 'axb', false],
  ])('%j decides on %s', (text, file, out) => {
    expect(ignores(text, file)).toBe(out);
  });
});

describe('the hash of a build context', () => {
  let context: string;

  beforeEach(async () => {
    context = await mkdtemp(path.join(os.tmpdir(), 'ek-context-'));
    await mkdir(path.join(context, 'src'));
    await Promise.all([
      writeFile(path.join(context, 'Dockerfile'), 'FROM scratch\n'),
      writeFile(path.join(context, '.dockerignore'), 'Dockerfile\n*.log\nsrc/*\n!src/kept.js\n'),
      writeFile(path.join(context, 'src', 'kept.js'), 'one'),
      writeFile(path.join(context, 'noise.log'), 'x'),
    ]);
  });
  afterEach(() => rm(context, { recursive: true }));

  async function hash(recipe = ''): Promise<string> {
    const found = await contextHash({ context }, recipe);
    return 'hash' in found ? found.hash : found.unknown;
  }

  it('minds content, names and the recipe', async () => {
    const before = await hash();
    expect(before).toMatch(/^[0-9a-f]{64}$/);
    await writeFile(path.join(context, 'src', 'kept.js'), 'two');
    const edited = await hash();
    await writeFile(path.join(context, 'added'), '');
    const added = await hash();
    expect(new Set([before, edited, added, await hash('target: other')]).size).toBe(4);
  });

  it('minds neither times nor what is ignored', async () => {
    const before = await hash();
    await writeFile(path.join(context, 'noise.log'), 'y');
    await writeFile(path.join(context, 'src', 'dropped.js'), 'x');
    await utimes(path.join(context, 'src', 'kept.js'), 1, 1);
    expect(await hash()).toBe(before);
  });

  it('minds the Dockerfile though it is ignored', async () => {
    const before = await hash();
    await writeFile(path.join(context, 'Dockerfile'), 'FROM busybox\n');
    expect(await hash()).not.toBe(before);
  });

  it('says why there is none', async () => {
    expect(await contextHash({ context: 'https://example.org/app.git' }, '')).toEqual({
      unknown: 'its build context is remote',
    });
    expect(await contextHash({ context: path.join(context, 'gone') }, '')).toEqual({
      unknown: 'its build context cannot be read (ENOENT)',
    });
  });
});
