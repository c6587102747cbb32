import { existsSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { main } from '../../../src/cli/main.js';
import type { Surroundings } from '../../../src/cli/terminal.js';
import { acquireHostLock } from '../../../src/docker/host-lock.js';
import { databasesElsewhere, noteDatabase } from '../../../src/worker/server/databases.js';

let folder: string;
const at = (...names: string[]): string => path.join(folder, ...names);

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ek-uninstall-'));
  for (const file of ['state/host.json', 'locks/engine-a/host', 'locks/engine-b/host']) {
    await mkdir(path.dirname(at(file)), { recursive: true });
  }
  await writeFile(at('state', 'host.json'), '{"host":"here"}');
  await writeFile(at('locks', 'engine-a', 'host'), 'here');
  await writeFile(at('locks', 'engine-b', 'host'), 'somebody else');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function evenkeel(...argv: string[]): Promise<{ exitCode: number; text: string }> {
  const output = new PassThrough() as unknown as NodeJS.WriteStream;
  let text = '';
  output.on('data', (data: Buffer) => (text += data.toString()));
  const env = {
    ...{ PATH: process.env['PATH'], HOME: folder, EVENKEEL_HOME: at('state'), EVENKEEL_LOCK_DIR: at('locks') },
    ...{ XDG_CONFIG_HOME: at('config'), EVENKEEL_CACHE: at('cache') },
    // Nobody listens there.
    TEMPORAL_ADDRESS: '127.0.0.1:1',
  };
  const surroundings = { env, cwd: folder, stdin: process.stdin, stdout: output, stderr: output } as Surroundings;
  return { exitCode: await main(argv, surroundings), text };
}

const there = (...names: string[]): boolean => existsSync(at(...names));

describe('uninstall', () => {
  it('says what there is, and removes nothing without being told to', async () => {
    const { exitCode, text } = await evenkeel('uninstall');
    expect(exitCode).toBe(2);
    for (const place of [at('locks', 'engine-a'), at('state')]) expect(text).toContain(place);
    expect(text).not.toContain('engine-b');
    expect((await evenkeel('uninstall', '--dry-run', '--data')).exitCode).toBe(0);
    expect([there('locks', 'engine-a'), there('state', 'host.json')]).toEqual([true, true]);
  });

  it('keeps what cannot be made again, and what is somebody else’s', async () => {
    expect((await evenkeel('uninstall', '--yes')).exitCode).toBe(0);
    expect([there('locks', 'engine-a'), there('locks', 'engine-b'), there('state', 'host.json')]).toEqual([
      ...[false, true, true],
    ]);
  });

  it('removes data when that is said', async () => {
    expect((await evenkeel('uninstall', '--yes', '--data')).exitCode).toBe(0);
    expect([there('state'), there('locks', 'engine-b')]).toEqual([false, true]);
  });

  it('names what a Temporal elsewhere may keep of this host, for as long as it does not answer', async () => {
    const { text } = await evenkeel('uninstall', '--yes');
    expect(text).toMatch(/schedules and presence of host here.*no Temporal answers at 127\.0\.0\.1:1/);
    await writeFile(at('state', 'temporal.db'), '');
    expect((await evenkeel('uninstall', '--dry-run')).text).not.toContain('presence');
  });

  it('finds a database that a server was told to keep elsewhere', async () => {
    const [file] = [at('elsewhere.db'), at('elsewhere.db-wal')].map((each) => (writeFileSync(each, ''), each));
    const layout = { home: at('state'), lockDir: at('locks') };
    await noteDatabase(layout, at('state', 'temporal.db'));
    for (let start = 1; start <= 2; start += 1) await noteDatabase(layout, file!);
    expect(await databasesElsewhere(layout)).toEqual([file]);
    const { text } = await evenkeel('uninstall', '--yes');
    expect([text.includes(file!), there('elsewhere.db')]).toEqual([true, true]);
    await evenkeel('uninstall', '--yes', '--data');
    expect([there('elsewhere.db'), there('elsewhere.db-wal')]).toEqual([false, false]);
  });

  it('touches nothing while a worker is at work', async () => {
    const claim = await acquireHostLock(at('locks'), 'engine-a', '.engine');
    const { exitCode, text } = await evenkeel('uninstall', '--yes', '--data');
    await claim.release();
    expect([exitCode, there('state', 'host.json')]).toEqual([1, true]);
    expect(text).toContain('a worker of host here is at work');
  });

  it('goes also where the state folder was written by a newer version, which other verbs refuse', async () => {
    await writeFile(at('state', 'state.json'), '{"format": 99}');
    const refused = await evenkeel('stack', 'list');
    expect([refused.exitCode, refused.text.includes('has format 99')]).toEqual([1, true]);
    expect((await evenkeel('uninstall', '--yes', '--data')).exitCode).toBe(0);
    expect(there('state')).toBe(false);
  });
});
