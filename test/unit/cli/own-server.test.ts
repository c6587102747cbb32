import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { ownServerKeeps } from '../../../src/cli/own-server.js';
import type { ProcessIdentity } from '../../../src/docker/child-process-identity.js';
import { layoutFrom } from '../../../src/store/layout.js';
import { identityOf, writeServerRecord } from '../../../src/worker/server/server-record.js';

let env: NodeJS.ProcessEnv;

beforeEach(async () => {
  env = { EVENKEEL_HOME: await mkdtemp(path.join(os.tmpdir(), 'ek-own-server-')) };
});

afterEach(() => rm(env['EVENKEEL_HOME']!, { recursive: true }));

async function recorded(server: ProcessIdentity | undefined): Promise<void> {
  await writeServerRecord(layoutFrom(env), { server: server!, address: '127.0.0.1:7701', ui: 'http://127.0.0.1:8701' });
}

it('keeps the address that its record names, while it lives', async () => {
  await recorded(await identityOf(process.pid));
  expect(await ownServerKeeps('127.0.0.1:7701', env)).toBe(true);
  expect(await ownServerKeeps('localhost:7701', env)).toBe(true);
  expect(await ownServerKeeps('127.0.0.1', env)).toBe(false);
  expect(await ownServerKeeps('127.0.0.1:7702', env)).toBe(false);
  expect(await ownServerKeeps('temporal.example:7701', env)).toBe(false);
});

it('keeps nothing once it has been killed, or where none was', async () => {
  expect(await ownServerKeeps('127.0.0.1:7701', env)).toBe(false);
  const server = spawn('sleep', ['60']);
  await once(server, 'spawn');
  await recorded(await identityOf(server.pid));
  server.kill('SIGKILL');
  await once(server, 'exit');
  expect(await ownServerKeeps('127.0.0.1:7701', env)).toBe(false);
});
