import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { candidatesFor } from '../../../../src/cli/completion/candidates.js';
import { namesHere } from '../../../../src/cli/completion/names-here.js';
import { createProgram } from '../../../../src/cli/program.js';
import type { Surroundings } from '../../../../src/cli/terminal.js';
import { noteCollection } from '../../../../src/store/collections.js';
import { addStack } from '../../../../src/store/registry.js';

let folder: string;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ek-completion-'));
  env = { EVENKEEL_HOME: path.join(folder, 'state'), EVENKEEL_LOCK_DIR: folder };
  const layout = { home: env['EVENKEEL_HOME']!, lockDir: folder };
  for (const [name, services] of [
    ['shop', ['api', 'web']],
    ['notes', ['store']],
  ] as const) {
    const directory = path.join(folder, name);
    await mkdir(directory);
    await writeFile(path.join(directory, 'compose.yaml'), `services:\n${services.map((s) => `  ${s}: {}\n`).join('')}`);
    const lists = { files: [], envFiles: [], profiles: [], capturedEnv: [] };
    await addStack(layout, { name, directory, ...lists, addedAt: '2026-01-01T00:00:00Z' }, {});
  }
  for (const id of ['1', '2', '10', '.draft-11']) {
    await mkdir(path.join(layout.home, 'stacks', 'shop', 'releases', id), { recursive: true });
  }
  const run = { workflowId: 'w', runId: 'r' };
  await noteCollection(layout, 'shop', '1', { at: '2026-01-01T00:00:00Z', ...run, keep: 1, complete: true });
  await mkdir(path.join(layout.home, 'stacks', 'shop', 'backups', '20260101T000000Z-aaaaaa'), { recursive: true });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What may stand at the last word, typed in the folder of a stack. */
async function completed(words: string[], at = 'shop'): Promise<string[]> {
  const program = createProgram({ env } as Surroundings, () => undefined);
  const found = await candidatesFor(program, words, namesHere({ env, cwd: path.join(folder, at) }));
  return found.map(({ value }) => value);
}

describe('completion', () => {
  it('knows verbs, and verbs of verbs, but none that is for machines', async () => {
    expect(await completed(['de'])).toEqual(['deploy']);
    expect([await completed(['ho']), await completed(['hold', '--e'])]).toEqual([['hold'], ['--end', '--env-file']]);
    expect(await completed(['stack', ''])).toEqual(['add', 'list', 'show', 'remove']);
    expect(await completed([''])).toContain('status');
    expect((await completed([''])).filter((verb) => verb.startsWith('_'))).toEqual([]);
  });

  it('knows the flags of the verb and the global ones, with what they are about', async () => {
    expect(await completed(['deploy', '--wa'])).toEqual(['--wait-timeout']);
    expect(await completed(['deploy', '--pro'])).toEqual(['--project-name', '--project-directory', '--profile']);
  });

  it('knows the values of flags where they are few, and nothing else in their place', async () => {
    expect(await completed(['-p', ''])).toEqual(['notes', 'shop']);
    expect(await completed(['deploy', '--skip', ''])).toEqual(['backup', 'rehearsal', 'scan', 'endpoints']);
    expect(await completed(['resolve', '--how', ''])).toEqual(['retry', 'leave', 'go-on', 'roll-back']);
    expect(await completed(['deploy', '--reason', ''])).toEqual([]);
  });

  it('knows the services of the stack that is meant', async () => {
    expect(await completed(['deploy', ''])).toEqual(['api', 'web']);
    expect(await completed(['deploy', 'api', 'w'])).toEqual(['web']);
    expect(await completed(['-p', 'notes', 'status', ''])).toEqual(['store']);
    expect(await completed(['--project-name=notes', 'status', ''])).toEqual(['store']);
    expect(await completed(['deploy', ''], '.')).toEqual([]);
  });

  it('knows the releases that one can go back to, the newest first, and backups', async () => {
    expect(await completed(['rollback', ''])).toEqual(['10', '2']);
    expect(await completed(['backup', 'show', ''])).toEqual(['20260101T000000Z-aaaaaa']);
    expect(await completed(['rollback', ''], 'notes')).toEqual([]);
  });

  it('knows stacks where one is named', async () => {
    expect(await completed(['stack', 'show', 's'])).toEqual(['shop']);
  });
});
