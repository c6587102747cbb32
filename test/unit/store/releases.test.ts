import { access, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { stackFolder, type Layout } from '../../../src/store/layout.js';
import { writePrivate } from '../../../src/store/private-file.js';
import { appendRelease, keepFrozen, latestRelease, readReleases, type Release } from '../../../src/store/releases.js';

let layout: Layout;
beforeEach(async () => {
  const home = await mkdtemp(path.join(os.tmpdir(), 'evenkeel-releases-'));
  layout = { home, lockDir: path.join(home, 'lock') };
});
afterEach(() => rm(layout.home, { recursive: true, force: true }));

const record = { at: '2026-01-01T00:00:00.000Z', services: {} } as const;

function append(kind: Release['kind'], runId: string) {
  return appendRelease(layout, 'shop', { kind, workflowId: 'w', runId }, async () => record);
}

describe('appendRelease', () => {
  it('numbers releases from 1 and keeps their order beyond 9', async () => {
    expect(await latestRelease(layout, 'shop')).toBeUndefined();
    for (let run = 1; run <= 11; run += 1) await append('deployed', `run-${run}`);
    expect((await readReleases(layout, 'shop')).map(({ id }) => id)).toEqual([...'123456789', '10', '11']);
    expect((await latestRelease(layout, 'shop'))?.runId).toBe('run-11');
  });

  it('appends one release that a run has made, however often it is asked', async () => {
    await append('baseline', 'run');
    expect((await append('deployed', 'run'))?.id).toBe('2');
    expect(await append('deployed', 'run')).toMatchObject({ id: '2' });
  });

  it('takes no baseline of a run for what serves when that run captures once more', async () => {
    const first = await append('baseline', 'waits');
    await append('deployed', 'other');
    const second = await append('baseline', 'waits');
    expect([first?.id, second?.id]).toEqual(['1', '3']);
  });

  it('leaves no half of a release, and sweeps it the next time', async () => {
    const dies = appendRelease(
      layout,
      'shop',
      { kind: 'deployed', workflowId: 'w', runId: 'r' },
      async ({ folder }) => {
        await writeFile(path.join(folder, 'part'), '');
        throw new Error('killed');
      },
    );
    await expect(dies).rejects.toThrow('killed');
    expect(await readReleases(layout, 'shop')).toEqual([]);
    await append('deployed', 'r');
    expect(await readdir(path.join(stackFolder(layout, 'shop'), 'releases'))).toEqual(['1']);
  });

  it('appends nothing where there is nothing to say', async () => {
    const none = await appendRelease(
      layout,
      'shop',
      { kind: 'baseline', workflowId: 'w', runId: 'r' },
      async () => undefined,
    );
    expect(none).toBeUndefined();
    expect(await readdir(path.join(stackFolder(layout, 'shop'), 'releases'))).toEqual([]);
  });

  it('keeps the frozen configuration for its owner only', async () => {
    const frozen = path.join(layout.home, 'run', 'frozen');
    await writePrivate(path.join(frozen, 'compose.yaml'), 'services: {}');
    let place = '';
    await appendRelease(layout, 'shop', { kind: 'deployed', workflowId: 'w', runId: 'r' }, async (draft) => {
      place = await keepFrozen(frozen, draft);
      return record;
    });
    expect(place).toBe('releases/1/frozen');
    const kept = path.join(stackFolder(layout, 'shop'), place);
    await access(path.join(kept, 'compose.yaml'));
    expect((await stat(path.join(kept, 'compose.yaml'))).mode & 0o777).toBe(0o600);
    expect((await stat(path.dirname(kept))).mode & 0o777).toBe(0o700);
    expect((await stat(path.join(path.dirname(kept), 'release.json'))).mode & 0o777).toBe(0o600);
  });
});
