import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { devServerArgs } from '../../../../src/worker/server/dev-server-args.js';
import { whereItStands } from '../../../../src/worker/server/in-flight.js';
import { isPortFree } from '../../../../src/worker/server/ports.js';
import { findTemporalCli } from '../../../../src/worker/server/temporal-cli.js';

it('the development server listens on this machine only, keeps what it acknowledged, and is tuned', () => {
  const args = devServerArgs({ port: 7300, uiPort: 8300, database: '/state/temporal.db', namespace: 'default' }).join(
    ' ',
  );
  expect(args).toContain('--ip 127.0.0.1 --port 7300 --ui-ip 127.0.0.1 --ui-port 8300');
  expect(args).toContain('--namespace default --namespace default-checks');
  expect(args).toContain('--db-filename /state/temporal.db');
  expect(args).toContain('--sqlite-pragma synchronous=FULL');
  expect(args).toContain('--search-attribute EvenkeelStack=Keyword');
  expect(args).toContain('--dynamic-config-value history.transferProcessorMaxPollRPS=5000');
});

it('tells a port that is taken from one that is free', async () => {
  const holder = createServer();
  await new Promise<void>((listening) => holder.listen(0, '127.0.0.1', listening));
  const { port } = holder.address() as { port: number };
  expect(await isPortFree(port)).toBe(false);
  await new Promise((closed) => holder.close(closed));
  expect(await isPortFree(port)).toBe(true);
});

it('says where a run stands in a few words', () => {
  const lines = [
    { id: 'a', phase: 'build' as const, title: 'build api', state: 'done' as const },
    { id: 'b', phase: 'replace' as const, title: 'replace api', state: 'running' as const },
  ];
  expect(whereItStands({ stack: 'shop', phase: 'replace', lines, warnings: [] })).toBe(
    'replace api, 1 of 2 steps done',
  );
});

describe('the Temporal CLI', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'cli-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  function install(folder: string): string {
    const file = path.join(root, folder, 'temporal');
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, '');
    chmodSync(file, 0o755);
    return file;
  }

  it('is the one on PATH, else the one in the cache folder, else none', async () => {
    const env = { PATH: `${root}/nowhere:${root}/path`, EVENKEEL_CACHE: `${root}/cache` };
    await expect(findTemporalCli(env)).resolves.toBeUndefined();
    const cached = install('cache/bin');
    await expect(findTemporalCli(env)).resolves.toBe(cached);
    const own = install('path');
    await expect(findTemporalCli(env)).resolves.toBe(own);
  });
});
