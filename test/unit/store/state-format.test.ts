import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Layout } from '../../../src/store/layout.js';
import { type Migration, migrateState, refuseNewerState, STATE_FORMAT } from '../../../src/store/state-format.js';

let layout: Layout;
let ran: number[];

beforeEach(async () => {
  const home = await mkdtemp(path.join(os.tmpdir(), 'ek-format-'));
  layout = { home, lockDir: home };
  ran = [];
});
afterEach(() => rm(layout.home, { recursive: true }));

const noted = async (): Promise<unknown> => JSON.parse(await readFile(path.join(layout.home, 'state.json'), 'utf8'));
const step =
  (format: number): Migration =>
  async () =>
    void ran.push(format);

describe('the format of the state folder', () => {
  it('is noted in a folder that notes none', async () => {
    expect(await refuseNewerState(layout)).toBe(0);
    await migrateState(layout);
    expect(await noted()).toEqual({ format: STATE_FORMAT });
  });

  it('goes forward step by step, each once', async () => {
    await migrateState(layout, [step(0)]);
    await migrateState(layout, [step(0), step(1), step(2)]);
    await migrateState(layout, [step(0), step(1), step(2)]);
    expect([ran, await noted()]).toEqual([[0, 1, 2], { format: 3 }]);
  });

  it('goes on from the step that was interrupted', async () => {
    const killed: Migration = async () => {
      throw new Error('killed');
    };
    await expect(migrateState(layout, [step(0), killed, step(2)])).rejects.toThrow('killed');
    expect(await noted()).toEqual({ format: 1 });
    await migrateState(layout, [step(0), step(1), step(2)]);
    expect(ran).toEqual([0, 1, 2]);
  });

  it('that is newer than the code is refused, and left alone', async () => {
    await writeFile(path.join(layout.home, 'state.json'), '{"format": 99}');
    await expect(migrateState(layout)).rejects.toThrow(
      `has format 99, and this version of evenkeel knows formats up to ${STATE_FORMAT}`,
    );
    expect(await noted()).toEqual({ format: 99 });
  });
});
