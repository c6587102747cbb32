import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { checkHost } from '../../../../src/cli/doctor/check-host.js';
import { hostIdentity } from '../../../../src/store/host-identity.js';
import type { Layout } from '../../../../src/store/layout.js';

const ENGINE = 'ABCD:EFGH';

let layout: Layout;
beforeEach(async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'ek-doctor-'));
  layout = { home: path.join(folder, 'state'), lockDir: path.join(folder, 'locks') };
});
afterEach(() => rm(path.dirname(layout.home), { recursive: true }));

/** What a worker that calls itself so leaves in the lock folder. */
async function claim(engine: string, host: string): Promise<void> {
  const folder = path.join(layout.lockDir, encodeURIComponent(engine));
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'host'), host);
}

it('has no id before the first worker', async () => {
  expect((await checkHost(layout, ENGINE)).found).toContain('when the first worker starts');
});

it('is the id of the state folder where no worker has claimed this engine, or one of that id has', async () => {
  const { host } = await hostIdentity(layout);
  await claim('OTHER', 'harbour');
  expect((await checkHost(layout, ENGINE)).found).toBe(host);
  expect((await checkHost(layout, undefined)).found).toBe(host);
  await claim(ENGINE, host);
  expect((await checkHost(layout, ENGINE)).found).toBe(host);
});

it('is the id that the worker of this engine goes by, beside that of the state folder', async () => {
  const { host } = await hostIdentity(layout);
  await claim(ENGINE, 'harbour');
  const { found, state } = await checkHost(layout, ENGINE);
  expect({ found, state }).toEqual({
    found: `harbour, as the worker of this engine calls itself (--host); this state folder's own is ${host}`,
    state: 'ok',
  });
});
