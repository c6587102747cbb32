import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { warnOfOpenStateFolder } from '../../../src/cli/state-folder-warning.js';
import { testCli } from '../../support/cli-surroundings.js';

let home: string;

beforeEach(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'ek-home-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

async function warningFor(place: string): Promise<string> {
  const cli = testCli({}, { EVENKEEL_HOME: place });
  await warnOfOpenStateFolder(cli);
  return cli.err.text;
}

it('says that others may enter the state folder, and how to close it', async () => {
  await chmod(home, 0o755);
  expect(await warningFor(home)).toBe(
    `warning: ${home} has mode 755: others may read what is in it. Close it: chmod 700 ${home}\n`,
  );
});

it('has nothing to say of one that is closed, or is yet to be made', async () => {
  expect(await warningFor(home)).toBe('');
  expect(await warningFor(path.join(home, 'new'))).toBe('');
});
