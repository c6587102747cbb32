import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { noteLogBaseline } from '../../activities/note-log-baseline.js';
import { scanLogs } from '../../activities/scan-logs.js';
import { main } from '../../src/cli/main.js';
import { dockerodeEngine } from '../../src/docker/dockerode-engine.js';
import { LogUnreadable } from '../../src/docker/engine.js';
import type { LogFinding, ScanVerdict } from '../../src/gates/scan-verdict.js';
import { surroundings } from '../support/cli-surroundings.js';
import { docker, type TestProject } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import { type FrozenProject, frozenProject } from '../support/frozen-project.js';
import type { Run } from '../support/host-world.js';

const SECRET = 'correct-horse-battery';
const NO_SSL = 'OperationalError: server does not support SSL, but SSL was required';
const EXPIRED = 'Error: certificate has expired';

const LOST = 'psycopg2.OperationalError: SSL connection has been closed unexpectedly';
const says = (...lines: string[]): string =>
  `[sh, -c, ${JSON.stringify(`${lines.join('; ')}; echo ended; exec sleep 3600`)}]`;

/** What each service logs; "ended" comes last. */
const YAML = `
x-web: &web { image: "evenkeel-test/web:1", stop_grace_period: 0s, init: true }
services:
  well: { <<: *web, command: ${says('echo sslmode=require', 'echo SSL support enabled')} }
  sick: { <<: *web, command: ${says(`echo 'the key is ${SECRET}: ${NO_SSL}' >&2`, `echo '${EXPIRED}'`)} }
  tty: { <<: *web, tty: true, command: ${says(`printf '\\033[31mError\\033[0m: self-signed certificate\\n'`)} }
  silent: { <<: *web, logging: { driver: none }, command: ${says(`echo '${NO_SSL}'`)} }
  once: { <<: *web, command: ${says(`test -e /begun || echo '${NO_SSL}'`, 'touch /begun')} }
  pooled: { <<: *web, command: ${says(`echo '${LOST}'`)} }
  changed: { <<: *web, environment: { VERSION: "1" }, command: ${says(
    `echo "dial 10.0.0.$$VERSION: ${EXPIRED}"`,
    `test "$$VERSION" = 1 || test "$$VERSION" = 2 || echo '${NO_SSL}'`,
  )} }
  loud: { <<: *web, command: ${says(
    'i=0',
    'while [ $$i -lt 40000 ]; do i=$$((i+1)); echo line $$i; done',
    'head -c 100000 /dev/zero | tr "\\\\0" x',
    'echo',
    `echo 'é ${NO_SSL} é'`,
  )} }
`;

const engine = dockerodeEngine(process.env);
let frozen: FrozenProject;
let project: TestProject;
let run: Run;

beforeAll(async () => {
  frozen = await frozenProject('scan', YAML, SECRET);
  ({ project, run } = frozen);
  await project.compose('up', '-d');
});

afterAll(async () => frozen.remove());

async function hasEnded(service: string, times = 1): Promise<void> {
  await eventually(`${service} has said all`, async () => {
    const log = await docker(['logs', await project.id(service)]);
    return log.split('\n').filter((line) => line.trim() === 'ended').length >= times;
  });
}

async function scanned(service: string): Promise<ScanVerdict> {
  if (service !== 'silent') await hasEnded(service);
  return run.take(scanLogs, { frozen: frozen.frozen, service });
}

async function linesOf(service: string, most = Infinity): Promise<string[]> {
  await hasEnded(service);
  return engine.readLog(await project.id(service), {}, async (batches) => {
    const lines: string[] = [];
    for await (const batch of batches) {
      lines.push(...batch);
      if (lines.length >= most) break;
    }
    return lines;
  });
}

describe('reading a log', () => {
  it('gives every line once, each cut at 4 KiB', async () => {
    const lines = await linesOf('loud');
    expect(lines).toHaveLength(40_003);
    expect(lines[39_999]).toBe('line 40000');
    expect(lines[40_000]).toBe('x'.repeat(4096));
    expect(lines[40_001]).toBe(`é ${NO_SSL} é`);
  });

  it('reads no further than is asked for', async () => {
    expect((await linesOf('loud', 10)).length).toBeLessThan(20_000);
    const last = await engine.readLog(await project.id('loud'), { last: 2 }, async (batches) => {
      const lines: string[] = [];
      for await (const batch of batches) lines.push(...batch);
      return lines;
    });
    expect(last).toEqual([`é ${NO_SSL} é`, 'ended']);
  });

  it('tells a log that cannot be read from one that is empty', async () => {
    const read = engine.readLog(await project.id('silent'), {}, async () => undefined);
    await expect(read).rejects.toThrow(LogUnreadable);
    await expect(engine.readLog('ek-test-no-such', {}, async () => undefined)).rejects.toMatchObject({
      statusCode: 404,
    });
  });

  it('gives up when it is told to', async () => {
    const giveUp = new AbortController();
    const read = engine.readLog(await project.id('loud'), { signal: giveUp.signal }, async (batches) => {
      for await (const _ of batches) giveUp.abort(new Error('enough'));
    });
    await expect(read).rejects.toThrow('enough');
  });
});

describe('the log scan', () => {
  it('passes a service that only mentions SSL', async () => {
    expect(await scanned('well')).toMatchObject({ verdict: 'pass', findings: [], lines: 3 });
  });

  it('fails one that reports a failure, on either stream, and lets no secret out', async () => {
    const verdict = await scanned('sick');
    expect(verdict).toMatchObject({ verdict: 'fail', reason: expect.stringContaining('ssl/') });
    expect(verdict.findings.map(({ rule }) => rule).sort()).toEqual([
      'ssl/certificate-expired',
      'ssl/server-does-not-support-ssl',
    ]);
    expect(JSON.stringify(verdict)).toContain('the key is [redacted]');
    const evidence = path.join(run.folder, 'scan', 'sick.json');
    expect((await stat(evidence)).mode & 0o777).toBe(0o600);
    expect(await readFile(evidence, 'utf8')).not.toContain(SECRET);
  });

  it('reads a terminal, colours and all', async () => {
    expect(await scanned('tty')).toMatchObject({
      verdict: 'fail',
      findings: [{ rule: 'ssl/self-signed-certificate' }],
    });
  });

  it('cannot tell where the log driver keeps nothing', async () => {
    expect(await scanned('silent')).toMatchObject({
      verdict: 'inconclusive',
      reason: 'its log cannot be read: log driver none',
    });
  });

  it('counts what was said since the last start only', async () => {
    expect(await scanned('once')).toMatchObject({ verdict: 'fail' });
    await docker(['restart', '--time', '0', await project.id('once')]);
    await hasEnded('once', 2);
    expect(await run.take(scanLogs, { frozen: frozen.frozen, service: 'once' })).toMatchObject({
      verdict: 'pass',
      lines: 1,
    });
  });

  it('takes a lost connection for an error, but where what it led to was replaced', async () => {
    expect(await scanned('pooled')).toMatchObject({ verdict: 'fail', findings: [{ rule: 'ssl/connection-lost' }] });
    expect(await run.take(scanLogs, { frozen: frozen.frozen, service: 'pooled', leftAlone: true })).toMatchObject({
      verdict: 'pass',
      findings: [{ rule: 'ssl/connection-lost', severity: 'warning' }],
    });
    const sick = await run.take(scanLogs, { frozen: frozen.frozen, service: 'sick', leftAlone: true });
    expect(sick).toMatchObject({ verdict: 'fail' });
  });

  it('does not hold against a version what the one before logged too', async () => {
    await hasEnded('changed');
    await run.take(noteLogBaseline, { frozen: frozen.frozen, services: ['changed', 'silent'] });
    const file = path.join(run.folder, 'scan', 'baseline', 'changed.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const replaceBy = async (version: string): Promise<void> => {
      const yaml = YAML.replace('VERSION: "1"', `VERSION: "${version}"`);
      await writeFile(path.join(project.folder, 'compose.yaml'), yaml);
      await project.compose('up', '-d', 'changed');
    };
    await replaceBy('2');
    expect(await scanned('changed')).toMatchObject({ verdict: 'pass', findings: [{ known: true }] });
    await replaceBy('3');
    const news = await scanned('changed');
    expect(news).toMatchObject({ verdict: 'fail', reason: expect.stringContaining('server-does-not-support-ssl') });
    // A later attempt finds the new version, and leaves what was noted as it is.
    const noted = await readFile(file, 'utf8');
    await run.take(noteLogBaseline, { frozen: frozen.frozen, services: ['changed'] });
    expect(await readFile(file, 'utf8')).toBe(noted);
  });
});

describe('evenkeel scan', () => {
  async function cli(...argv: string[]) {
    const around = surroundings({ ...process.env, EVENKEEL_HOME: frozen.host.folder }, project.folder);
    const exitCode = await main(['scan', '-p', project.name, ...argv], around);
    return { exitCode, out: around.out.text, err: around.err.text };
  }

  it('tells of the services that are named', async () => {
    await hasEnded('sick');
    const { exitCode, out } = await cli('sick', 'well', '--json');
    expect(exitCode).toBe(1);
    const found = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as LogFinding);
    expect(found.map(({ rule, service }) => [service, rule]).sort()).toEqual([
      ['sick', 'ssl/certificate-expired'],
      ['sick', 'ssl/server-does-not-support-ssl'],
    ]);
    await hasEnded('well');
    expect(await cli('well', '--json')).toMatchObject({ exitCode: 0, out: '' });
  });

  it('does not call a log fine that it could not read, nor a service that is not there', async () => {
    expect(await cli('silent')).toMatchObject({ exitCode: 6, err: expect.stringContaining('cannot be read') });
    expect(await cli('wel')).toMatchObject({ exitCode: 2, err: expect.stringContaining('did you mean well?') });
  });
});
