import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { main } from '../../../src/cli/main.js';
import { historyText } from '../../../src/cli/render/history-text.js';
import { rowOf } from '../../../src/report/run-row.js';
import type { Layout } from '../../../src/store/layout.js';
import { verifyEvidence } from '../../../src/store/verify-evidence.js';
import { surroundings, testCli } from '../../support/cli-surroundings.js';
import { accountOfGolden, keepRun } from '../../support/past-run.js';

let layout: Layout;
let folder: string;

beforeAll(async () => {
  const home = mkdtempSync(path.join(tmpdir(), 'home-'));
  layout = { home, lockDir: home };
  await keepRun(layout, await accountOfGolden('deploy-succeeded', { startedAtMs: 1000, endedAtMs: 3000 }));
  folder = await keepRun(
    layout,
    await accountOfGolden('deploy-rolled-back', { startedAtMs: 5000, endedAtMs: 9000, reason: 'a bad one' }),
  );
  await keepRun(layout, await accountOfGolden('backup-succeeded', { stack: 'notes', startedAtMs: 7000 }));
});
afterAll(() => rmSync(layout.home, { recursive: true }));

/** Nobody listens there. */
const NO_TEMPORAL = '127.0.0.1:1';

async function run(...argv: string[]): Promise<{ exitCode: number; out: string; err: string }> {
  const around = surroundings({ EVENKEEL_HOME: layout.home, TEMPORAL_ADDRESS: NO_TEMPORAL }, tmpdir());
  const exitCode = await main(argv, around);
  return { exitCode, out: around.out.text, err: around.err.text };
}

describe('past runs, with Temporal out of reach', () => {
  it('are listed from the evidence, as many as asked for, and it is said that others may be missing', async () => {
    const { exitCode, out, err } = await run('history', '--limit', '2', '--json');
    expect({ exitCode, err }).toEqual({
      ...{ exitCode: 0, err: 'Temporal is out of reach: this is what is on record on this host\n' },
    });
    expect(JSON.parse(out)).toEqual([
      expect.objectContaining({ type: 'backup', stack: 'notes' }),
      {
        ...{ workflowId: 'deploy/any/shop/deploy-rolled-back', runId: expect.stringContaining('01a1fd7f') },
        ...{ type: 'deploy', stack: 'shop', host: 'harbour', outcome: 'rolled-back', by: 'ann', reason: 'a bad one' },
        ...{ release: '1', previousRelease: '1', startedAtMs: 5000, endedAtMs: 9000, durationMs: 4000 },
        ...{ folder, source: 'evidence' },
      },
    ]);
  });

  it('are not listed by a limit that is none', async () => {
    expect(await run('history', '--limit', 'x')).toMatchObject({ exitCode: 2, out: '' });
  });

  it.each([['deploy/any/shop/deploy-rolled-back'], ['led-back']])(
    'one is shown by %s, without asking',
    async (name) => {
      const { exitCode, out, err } = await run('show', name);
      expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
      expect(out).toContain('rolled-back deploy of shop on harbour in 4.0s\n');
      expect(out).toContain('failed     replace: api: exited with 3, restarted 2 times\n');
      expect(out).toContain(`evidence   ${folder}\n           sealed as number 2, `);
      expect(out).toMatch(/✗ gate api \(4\.\ds\): exited with 3, restarted 2 times\n/);
    },
  );

  it('a page about one is written into its folder, which leaves the seal as it is, and told where', async () => {
    const { exitCode, out, err } = await run('report', 'led-back');
    expect({ exitCode, out, err }).toEqual({ exitCode: 0, out: `${folder}/report.html\n`, err: '' });
    expect(readFileSync(`${folder}/report.html`, 'utf8')).toContain('<title>rolled-back: deploy of shop</title>');
    expect((await verifyEvidence(layout, 'shop', { key: Buffer.from('key') })).problems).toEqual([]);
  });

  it('a page is written where asked, or not at all', async () => {
    const page = path.join(layout.home, 'page.html');
    expect(await run('report', 'led-back', '-o', page)).toMatchObject({ exitCode: 0, out: `${page}\n` });
    expect(readFileSync(page, 'utf8')).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(await run('report', 'led-back', '-o', '/nowhere/page.html')).toMatchObject({
      ...{ exitCode: 1, out: '', err: expect.stringContaining('name another file with -o') },
    });
  });

  it('what is on the page is one document for tools', async () => {
    const [page, shown] = await Promise.all([run('report', 'led-back', '--json'), run('show', 'led-back', '--json')]);
    expect(page.out).toBe(shown.out);
    expect(JSON.parse(page.out)).toMatchObject({ outcome: 'rolled-back', culprit: { service: 'api' }, outages: [{}] });
    expect(await run('report', 'led-back', '--json', '-o', 'x')).toMatchObject({ exitCode: 2 });
  });
});

it('runs are a table for people; a host that is the same throughout is left out', async () => {
  const rows = [
    await accountOfGolden('deploy-rehearsed', { startedAtMs: 7000, endedAtMs: 8000, reason: 'two\nlines' }),
    await accountOfGolden('backup-succeeded', { stack: 'notes', startedAtMs: 5000, status: 'open' }),
  ].map((account) => rowOf(account, 9000));
  delete rows[1]!.durationMs;
  expect(historyText(rows, testCli().colours).split('\n')).toEqual([
    'BEGAN                 RUNBOOK  STACK  OUTCOME    TOOK  RELEASE  BY   RUN       WHY',
    '1970-01-01T00:00:07Z  deploy   shop   succeeded  1.0s  1 → 2    ann  ehearsed  two',
    '1970-01-01T00:00:05Z  backup   notes  running                   ann  ucceeded',
  ]);
});
