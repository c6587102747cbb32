import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chooseStack, requireStack } from '../../../src/cli/choose-stack.js';
import { addStack, type StackEntry } from '../../../src/store/registry.js';
import { testCli } from '../../support/cli-surroundings.js';

let root: string;
let layout: { home: string; lockDir: string };

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'choose-'));
  layout = { home: path.join(root, 'home'), lockDir: path.join(root, 'lock') };
  for (const folder of ['shop', 'elsewhere/shop', 'empty']) mkdirSync(path.join(root, folder), { recursive: true });
  for (const folder of ['shop', 'elsewhere/shop'])
    writeFileSync(path.join(root, folder, 'compose.yaml'), 'services: {}');
});
afterEach(() => rmSync(root, { recursive: true }));

async function register(name: string, directory: string): Promise<StackEntry> {
  const place = path.join(root, directory);
  const entry = { name, directory: place, files: [], envFiles: [], profiles: [], capturedEnv: [], addedAt: 'now' };
  await addStack(layout, entry, {});
  return entry;
}

const at = (folder: string, projectName?: string) => ({
  ...testCli(projectName === undefined ? {} : { projectName }),
  cwd: path.join(root, folder),
});

describe('the stack that a command is about', () => {
  it('is the one named, wherever the command is given', async () => {
    const entry = await register('shop', 'shop');
    expect(await chooseStack(at('empty', 'shop'), layout)).toEqual({ name: 'shop', entry });
    expect(await chooseStack(at('empty', 'unheard-of'), layout)).toEqual({ name: 'unheard-of' });
  });

  it('is the project here, registered or not', async () => {
    expect(await chooseStack(at('shop'), layout)).toMatchObject({
      name: 'shop',
      project: { directory: path.join(root, 'shop') },
    });
    const entry = await register('shop', 'shop');
    expect(await chooseStack(at('shop'), layout)).toMatchObject({ name: 'shop', entry });
  });

  it('goes by the name under which the directory is registered', async () => {
    const entry = await register('fruit', 'shop');
    expect(await chooseStack(at('shop'), layout)).toMatchObject({ name: 'fruit', entry });
  });

  it('is refused when its name stands for another directory', async () => {
    await register('shop', 'elsewhere/shop');
    await expect(chooseStack(at('shop'), layout)).rejects.toThrow(/registered for .*elsewhere\/shop, not for/);
  });

  it('has to be named where several are registered for the directory', async () => {
    await register('one', 'shop');
    await register('two', 'shop');
    await expect(chooseStack(at('shop'), layout)).rejects.toThrow(/several stacks .*: one, two/);
  });

  it('is none in a folder without a Compose file, which some commands take for an error', async () => {
    expect(await chooseStack(at('empty'), layout)).toBeUndefined();
    await expect(requireStack(at('empty'), layout)).rejects.toThrow('there is no Compose file here or above');
  });

  it('needs a name that Compose would take', async () => {
    await expect(chooseStack(at('shop', 'No Name'), layout)).rejects.toThrow('"No Name" cannot name a stack');
  });
});
