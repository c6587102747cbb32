import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { main } from '../../../src/cli/main.js';
import { surroundings } from '../../support/cli-surroundings.js';

let home: string;
beforeAll(() => {
  home = mkdtempSync(`${tmpdir()}/home-`);
});
afterAll(() => rmSync(home, { recursive: true }));

async function scanned(log: string | Buffer[], ...argv: string[]) {
  const around = surroundings({ EVENKEEL_HOME: home }, home);
  const stdin = Readable.from(typeof log === 'string' ? [Buffer.from(log)] : log);
  const exitCode = await main(['scan', ...argv], { ...around, stdin: stdin as unknown as NodeJS.ReadStream });
  return { exitCode, out: around.out.text, err: around.err.text };
}

async function findings(log: string | Buffer[]): Promise<Record<string, unknown>[]> {
  const { out } = await scanned(log, '-', '--json');
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

const NO_SSL = 'psycopg2.OperationalError: server does not support SSL, but SSL was required';

describe('evenkeel scan -', () => {
  it('prints one JSON line a finding, and ends with 1 where one is an error', async () => {
    const { exitCode, out } = await scanned(`starting\n${NO_SSL}\n`, '-', '--json');
    expect(exitCode).toBe(1);
    expect(out.split('\n')).toHaveLength(2);
    expect(JSON.parse(out)).toEqual({
      rule: 'ssl/server-does-not-support-ssl',
      line: 2,
      severity: 'error',
      cause: expect.any(String),
      remedy: expect.any(String),
      service: null,
      excerpt: NO_SSL,
    });
  });

  it('ends with 0 where nothing was said, or nothing worse than a warning', async () => {
    expect(await scanned('listening on 0.0.0.0:3000\nsslmode=require\n', '-', '--json')).toMatchObject({
      exitCode: 0,
      out: '',
    });
    expect(await scanned('connect ECONNREFUSED 10.0.0.3:5432', '-')).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('network/connection-refused'),
      err: '1 line: 0 errors, 1 warning\n',
    });
    expect(await scanned('', '-', '-q')).toEqual({ exitCode: 0, out: '', err: '' });
  });

  it('ends a trace at a blank line', async () => {
    const trace = `Traceback (most recent call last):\n  File "a.py"\n${NO_SSL}`;
    const found = await findings(`${trace}\n\n${trace}\n  more of it\n\nother`);
    expect(found.map(({ line, excerpt }) => [line, String(excerpt).split('\n').length])).toEqual([
      [3, 3],
      [7, 4],
    ]);
  });

  it('reads lines that come in pieces, and takes a character apart nowhere', async () => {
    const bytes = Buffer.from(`é ${NO_SSL} é\n`);
    const pieces = Array.from({ length: bytes.length }, (_, at) => bytes.subarray(at, at + 1));
    expect((await findings(pieces)).map(({ excerpt }) => excerpt)).toEqual([`é ${NO_SSL} é`]);
  });

  it('keeps the services of docker compose logs apart', async () => {
    const found = await findings(
      [
        'api-1  | Traceback (most recent call last):',
        'db-1   | LOG:  database system is ready to accept connections',
        'api-1  |   File "a.py"',
        `api-1  | ${NO_SSL}`,
      ].join('\n'),
    );
    expect(found).toMatchObject([{ service: 'api', line: 4, rule: 'ssl/server-does-not-support-ssl' }]);
    expect(String(found[0]!['excerpt']).split('\n')).toHaveLength(3);
  });

  it('lets no password of a URL out', async () => {
    const log = 'Error: certificate has expired\n    at connect (postgresql://app:sentinel-value@db/app)\n';
    for (const flags of [['--json'], []]) {
      const { out } = await scanned(log, '-', ...flags);
      expect(out).toContain('certificate');
      expect(out).not.toContain('sentinel-value');
    }
  });

  it('says what is the same once, to people', async () => {
    const { out, err } = await scanned(`${NO_SSL}\n`.repeat(3), '-');
    expect(out).toMatch(/^error {3}line 1 ssl\/server-does-not-support-ssl \(3 times\): .+ — .+\n {8}psycopg2/);
    expect(err).toBe('3 lines: 3 errors, 0 warnings\n');
  });

  it('refuses standard input beside services, and to scan where there is no stack', async () => {
    expect(await scanned('', '-', 'api')).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('standard input'),
    });
    expect(await scanned('', 'api')).toMatchObject({ exitCode: 2, err: expect.stringContaining('no Compose file') });
  });
});
