import { mkdir, mkdtemp, realpath, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ComposeProject } from '../../../src/docker/engine.js';
import type { Layout } from '../../../src/store/layout.js';
import {
  addStack,
  adoptStack,
  capturedEnvironment,
  listStacks,
  readStack,
  removeStack,
  type StackEntry,
} from '../../../src/store/registry.js';

let root: string;
let layout: Layout;
let shop: string;

beforeEach(async () => {
  root = await realpath(await mkdtemp(path.join(os.tmpdir(), 'ek-registry-')));
  layout = { home: path.join(root, 'home'), lockDir: path.join(root, 'locks') };
  shop = path.join(root, 'shop');
  await mkdir(shop);
  await writeFile(path.join(shop, 'compose.yaml'), 'services: {}\n');
});
afterEach(() => rm(root, { recursive: true }));

function entry(special: Partial<StackEntry> = {}): StackEntry {
  return {
    name: 'shop',
    directory: shop,
    files: [],
    envFiles: [],
    profiles: [],
    capturedEnv: [],
    addedAt: 'now',
    ...special,
  };
}

describe('the registry', () => {
  it('knows nothing at first', async () => {
    expect(await readStack(layout, 'shop')).toBeUndefined();
    expect(await listStacks(layout)).toEqual([]);
    expect(await capturedEnvironment(layout, 'shop')).toEqual({});
  });

  it('keeps entries, and what was captured apart and private', async () => {
    await addStack(layout, entry(), { SHOP_KEY: 'sentinel' });
    await addStack(layout, entry({ name: 'blog' }), {});

    expect((await listStacks(layout)).map(({ name }) => name)).toEqual(['blog', 'shop']);
    expect(await readStack(layout, 'shop')).toEqual(entry({ capturedEnv: ['SHOP_KEY'] }));
    expect(await capturedEnvironment(layout, 'shop')).toEqual({ SHOP_KEY: 'sentinel' });
    const file = await stat(path.join(layout.home, 'registry', 'shop.env.json'));
    expect(file.mode & 0o777).toBe(0o600);
  });

  it('replaces settings and captured values of the same directory', async () => {
    await addStack(layout, entry(), { SHOP_KEY: 'sentinel' });
    await addStack(layout, entry({ profiles: ['debug'] }), {});
    expect(await readStack(layout, 'shop')).toEqual(entry({ profiles: ['debug'] }));
    expect(await capturedEnvironment(layout, 'shop')).toEqual({});
  });

  it('forgets a stack with what was captured', async () => {
    await addStack(layout, entry(), { SHOP_KEY: 'sentinel' });
    await removeStack(layout, 'shop');
    await removeStack(layout, 'shop');
    expect(await readStack(layout, 'shop')).toBeUndefined();
    expect(await capturedEnvironment(layout, 'shop')).toEqual({});
  });

  it('refuses a name that stands for another directory, unless told', async () => {
    await addStack(layout, entry(), {});
    await expect(addStack(layout, entry({ directory: root }), {})).rejects.toThrow(`is registered for ${shop}`);
    await addStack(layout, entry({ directory: root }), {}, { replace: true });
    expect((await readStack(layout, 'shop'))?.directory).toBe(root);
  });

  it('refuses names and paths that cannot be', async () => {
    await expect(addStack(layout, entry({ name: '../shop' }), {})).rejects.toThrow('cannot name a stack');
    await expect(addStack(layout, entry({ directory: 'shop' }), {})).rejects.toThrow('not an absolute path');
    await expect(addStack(layout, entry({ files: [path.join(shop, 'no.yaml')] }), {})).rejects.toThrow(
      'There is no file',
    );
    await expect(addStack(layout, entry({ files: [shop] }), {})).rejects.toThrow('There is no file');
    expect(await readStack(layout, '../../shop')).toBeUndefined();
  });
});

describe('adoptStack', () => {
  const project = (special: Partial<ComposeProject> = {}): ComposeProject => {
    return { name: 'shop', workingDir: shop, configFiles: [path.join(shop, 'compose.yaml')], envFiles: [], ...special };
  };
  const adopt = (...projects: ComposeProject[]) => adoptStack(layout, { projects: async () => projects }, 'shop');

  it('registers a running project by its labels', async () => {
    const other = path.join(shop, 'other.yaml');
    await writeFile(other, 'services: {}\n');
    expect(await adopt(project({ configFiles: [path.join(shop, 'compose.yaml'), other] }))).toMatchObject({
      directory: shop,
      files: [path.join(shop, 'compose.yaml'), other],
    });
    expect(await readStack(layout, 'shop')).toMatchObject({ name: 'shop', directory: shop });
  });

  it("leaves Compose's own files to Compose", async () => {
    await writeFile(path.join(shop, '.env'), '');
    expect(await adopt(project({ envFiles: [path.join(shop, '.env')] }))).toMatchObject({ files: [], envFiles: [] });
  });

  it('does not adopt what is not here, nor a frozen file of ours', async () => {
    expect(await adopt()).toBeUndefined();
    expect(await adopt(project({ configFiles: [path.join(shop, 'gone.yaml')] }))).toBeUndefined();
    expect(await adopt(project({ configFiles: ['compose.yaml'] }))).toBeUndefined();
    const frozen = path.join(layout.home, 'stacks', 'shop', 'compose.yaml');
    await mkdir(path.dirname(frozen), { recursive: true });
    await writeFile(frozen, '');
    expect(await adopt(project({ configFiles: [frozen] }))).toBeUndefined();
    expect(await listStacks(layout)).toEqual([]);
  });
});
