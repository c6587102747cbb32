import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendLink, chainFile, readChain } from '../../../src/store/evidence-chain.js';
import { kindOfFile } from '../../../src/store/evidence-files.js';
import { type EvidenceIndex, sealBundle } from '../../../src/store/evidence-index.js';
import type { Layout } from '../../../src/store/layout.js';
import { verifyEvidence } from '../../../src/store/verify-evidence.js';

const key = Buffer.from('key');
const now = new Date('2026-11-21T10:00:00Z');
let layout: Layout;
let folder: string;

beforeEach(async () => {
  const home = await mkdtemp(path.join(os.tmpdir(), 'ek-evidence-'));
  layout = { home, lockDir: home };
  folder = path.join(home, 'stacks', 'shop');
});
afterEach(() => rm(layout.home, { recursive: true, force: true }));

async function write(run: string, files: Record<string, string>): Promise<void> {
  for (const [file, content] of Object.entries(files)) {
    const place = path.join(folder, 'runs', 'w', run, file);
    await mkdir(path.dirname(place), { recursive: true });
    await writeFile(place, content);
  }
}

function seal(run: string) {
  const ids = { run: `runs/w/${run}`, workflowId: 'w', runId: run };
  return sealBundle({ layout, stack: 'shop', ...ids, history: 'exported', key }, now);
}

async function index(run: string): Promise<EvidenceIndex> {
  return JSON.parse(
    await readFile(path.join(folder, 'runs', 'w', run, 'evidence/index.json'), 'utf8'),
  ) as EvidenceIndex;
}

const problems = async () => (await verifyEvidence(layout, 'shop', { key })).problems;

describe('a sealed bundle', () => {
  it('lists evidence by its hash, secrets by a keyed one, and nothing else', async () => {
    await write('1', {
      'result.json': '{}',
      'frozen/secrets.json': 'hush',
      'twin/live.json': '[]',
      'plan.txt.1.tmp': '',
    });
    await seal('1');
    const { files, private: secret } = await index('1');
    expect(files).toEqual([
      { file: 'result.json', bytes: 2, sha256: '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a' },
    ]);
    expect(secret).toEqual([{ file: 'frozen/secrets.json', bytes: 4, hmac: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
  });

  it('names the one before it, and the chain has each once', async () => {
    for (const run of ['1', '2']) await write(run, { 'result.json': run });
    const first = await seal('1');
    const second = await seal('2');
    expect(await seal('1')).toEqual(first);
    expect(second).toMatchObject({ number: 2, previous: first.index });
    expect(await index('2')).toMatchObject({ number: 2, previous: first.index });
    expect(await readChain(layout, 'shop')).toEqual([first, second]);
    expect(await problems()).toEqual([]);
  });

  it('is sealed anew where it was cut short before its link, with whatever was sealed meanwhile before it', async () => {
    for (const run of ['1', '2']) await write(run, { 'result.json': run });
    await seal('2');
    await rm(chainFile(layout, 'shop'));
    expect(await problems()).toMatchObject([{ runId: '2', problem: expect.stringContaining('no link') }]);
    const first = await seal('1');
    expect(await seal('2')).toMatchObject({ number: 2, previous: first.index });
    expect(await problems()).toEqual([]);
  });

  it('is not held against its stack while it is being sealed: its index is there before its link', async () => {
    for (const run of ['1', '2']) await write(run, { 'result.json': run });
    await seal('1');
    await seal('2');
    const chain = await readFile(chainFile(layout, 'shop'), 'utf8');
    await writeFile(chainFile(layout, 'shop'), `${chain.split('\n')[0]}\n`);
    const found = problems();
    await pause(100);
    await writeFile(chainFile(layout, 'shop'), chain);
    expect(await found).toEqual([]);
  });

  it('passes over half a line that a killed writer has left', async () => {
    for (const run of ['1', '2']) await write(run, { 'result.json': run });
    await seal('1');
    await appendFile(chainFile(layout, 'shop'), '{"number":2,"run":"runs/w/x"');
    expect(await problems()).toEqual([]);
    await seal('2');
    expect((await readChain(layout, 'shop')).map(({ run }) => run)).toEqual(['runs/w/1', 'runs/w/2']);
  });
});

describe('looking for tampering', () => {
  beforeEach(async () => {
    for (const run of ['1', '2', '3']) {
      await write(run, { 'result.json': run, 'frozen/secrets.json': 'hush' });
      await seal(run);
    }
  });

  it.each([
    ['a changed byte', 'result.json', 'X', 'was changed'],
    ['a changed secret', 'frozen/secrets.json', 'hash', 'was changed'],
    ['a file more', 'scan/api.json', '{}', 'was added'],
    ['another index', 'evidence/index.json', '{}', 'is not what was sealed'],
  ])('finds %s', async (_, file, content, problem) => {
    await write('2', { [file]: content });
    expect(await problems()).toEqual([{ workflowId: 'w', runId: '2', file, problem }]);
  });

  it('finds what else is not as sealed where an index cannot be read', async () => {
    await write('1', { 'evidence/index.json': 'nonsense' });
    await write('2', { 'result.json': 'X' });
    await write('4', { 'evidence/index.json': 'nonsense' });
    expect(await problems()).toEqual([
      { workflowId: 'w', runId: '1', file: 'evidence/index.json', problem: 'is not what was sealed' },
      { workflowId: 'w', runId: '2', file: 'result.json', problem: 'was changed' },
      { problem: expect.stringContaining('runs/w/4/evidence/index.json is not what was written there') },
    ]);
    const asked = async (runId: string) => (await verifyEvidence(layout, 'shop', { key, runId })).problems;
    expect([await asked('3'), await asked('4')]).toEqual([[], [{ problem: expect.stringContaining('runs/w/4/') }]]);
  });

  it('finds what is gone: a file, or a whole run', async () => {
    await rm(path.join(folder, 'runs/w/2/result.json'));
    await rm(path.join(folder, 'runs/w/3'), { recursive: true });
    expect(await problems()).toEqual([
      { workflowId: 'w', runId: '2', file: 'result.json', problem: 'is missing' },
      { workflowId: 'w', runId: '3', file: 'evidence/index.json', problem: 'is missing' },
    ]);
  });

  it('looks at one run, when asked', async () => {
    await write('2', { 'result.json': 'X' });
    expect(await verifyEvidence(layout, 'shop', { key, runId: '1' })).toMatchObject({ checked: 1, problems: [] });
  });

  it.each([
    ['taken out', (lines: string[]) => lines.slice(1)],
    ['in another order', ([a, b, c]: string[]) => [b!, a!, c!]],
    ['there twice', ([a, b, c]: string[]) => [a!, b!, c!, c!]],
    ['unreadable', ([a, , c]: string[]) => [a!, 'nonsense', c!]],
  ])('finds a link that is %s', async (_, change) => {
    const lines = (await readFile(chainFile(layout, 'shop'), 'utf8')).trimEnd().split('\n');
    await writeFile(
      chainFile(layout, 'shop'),
      change(lines)
        .map((line) => `${line}\n`)
        .join(''),
    );
    expect((await problems()).length).toBeGreaterThan(0);
  });

  it('does not hold against a stack what is not sealed yet', async () => {
    await write('4', { 'result.json': '4' });
    expect(await verifyEvidence(layout, 'shop', { key })).toMatchObject({
      problems: [],
      unsealed: ['runs/w/4'],
      sealed: 3,
    });
  });

  it('gives the hash that stands for all of it', async () => {
    const chain = await readChain(layout, 'shop');
    expect((await verifyEvidence(layout, 'shop', { key })).head).toEqual({ number: 3, index: chain[2]!.index });
    await appendLink(layout, 'shop', { ...chain[2]!, number: 4 });
    expect((await problems()).length).toBeGreaterThan(0);
  });
});

describe('what belongs to a bundle', () => {
  it.each([
    ['health/api.jsonl', 'evidence'],
    ['twin/health/api.jsonl', 'evidence'],
    ['evidence/history.json', 'evidence'],
    ['children/build-api/output.log', 'private'],
    ['twin/frozen/compose.yaml', 'private'],
    ['evidence/index.json', undefined],
    ['aside/1/plan.json', 'evidence'],
    ['aside/2/children/build/output.log', 'private'],
    ['restored/api.json', 'private'],
    ['forward/restored/api.json', 'private'],
    ['aim/restored/api.json', 'private'],
    ['aside.json', undefined],
    ['twin/taken-down', undefined],
    ['children/x/exit-code.part', undefined],
  ])('%s: %s', (file, kind) => expect(kindOfFile(file)).toBe(kind));
});
