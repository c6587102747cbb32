import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { main } from '../../../src/cli/main.js';
import { surroundings } from '../../support/cli-surroundings.js';

/** Nobody listens there. */
const NO_TEMPORAL = '127.0.0.1:1';

const home = mkdtempSync(path.join(tmpdir(), 'home-'));
const project = mkdtempSync(path.join(tmpdir(), 'shop-'));
writeFileSync(path.join(project, 'compose.yaml'), 'name: shop\nservices: {}\n');
writeFileSync(path.join(home, 'host.json'), '{"host":"here"}');
/** A deployment waits a while for a Temporal that is about to come up; meanwhile there is more to try, in other files too. */
const deployed = run('deploy');

afterAll(() => [home, project].forEach((folder) => rmSync(folder, { recursive: true })));

async function run(...argv: string[]): Promise<{ exitCode: number; out: string; err: string }> {
  const around = surroundings(
    { EVENKEEL_HOME: home, API_TOKEN: 'sentinel-value', TEMPORAL_ADDRESS: NO_TEMPORAL },
    project,
  );
  const exitCode = await main(argv, around);
  return { exitCode, out: around.out.text, err: around.err.text };
}

describe('the command line', () => {
  it.each([
    [['deply'], "evenkeel: unknown verb 'deply'\n  → did you mean deploy?\n"],
    [['deploy', '--no-cahce'], "evenkeel: unknown option '--no-cahce'\n  → did you mean --no-cache?\n"],
    // It asks nothing, so there is nothing to say yes to.
    [['deploy', '-y'], "evenkeel: unknown option '-y'\n  → evenkeel --help lists verbs and flags\n"],
    [['stack', 'lst'], "evenkeel: unknown verb 'lst'\n  → did you mean list?\n"],
    [
      ['worker', 'more'],
      "evenkeel: too many arguments for 'worker'. Expected 0 arguments but got 1.\n  → evenkeel --help lists verbs and flags\n",
    ],
  ])('refuses %j and names the nearest', async (argv, err) => {
    expect(await run(...argv)).toEqual({ exitCode: 2, out: '', err });
  });

  it('gives errors as one JSON document when asked to, even for what it does not understand', async () => {
    const { exitCode, out, err } = await run('deploy', '--jsonn', '--json');
    expect({ exitCode, err }).toEqual({ exitCode: 2, err: '' });
    expect(JSON.parse(out)).toEqual({
      error: { type: 'Usage', message: "unknown option '--jsonn'", exitCode: 2, remedy: 'did you mean --json?' },
    });
  });

  it('prints help of every verb, global flags included', async () => {
    const { exitCode, out } = await run('deploy', '--help');
    expect(exitCode).toBe(0);
    expect(out).toContain('--wait-timeout <duration>');
    expect(out).toContain('--project-name <name>');
  });

  it('prints the help and ends as a usage error when there is nothing to do', async () => {
    const { exitCode, err } = await run();
    expect(exitCode).toBe(2);
    expect(err).toContain('Usage: evenkeel');
  });

  it.each([
    ['before', ['--json', '-p', 'nosuch', 'stack', 'show']],
    ['after', ['stack', 'show', '--json', '-p', 'nosuch']],
  ])('takes global flags %s the verb', async (_, argv) => {
    const { exitCode, out } = await run(...argv);
    expect(exitCode).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ error: { message: 'no stack "nosuch" is registered here' } });
  });

  it('registers, shows and forgets a stack, and prints no value of a captured variable', async () => {
    const added = await run('stack', 'add', '--env', 'API_TOKEN');
    expect(added).toEqual({ exitCode: 0, out: '', err: `registered shop: ${project}\n` });
    const shown = await run('stack', 'show', '--json');
    expect(JSON.parse(shown.out)).toMatchObject({ name: 'shop', directory: project, capturedEnv: ['API_TOKEN'] });
    const listed = await run('stack', 'list');
    expect(listed.out).toContain(project);
    expect([added, shown, listed].map(({ out, err }) => out + err).join()).not.toContain('sentinel-value');
    expect(await run('stack', 'remove')).toMatchObject({ exitCode: 2 });
    expect(await run('stack', 'remove', '-y')).toMatchObject({
      exitCode: 0,
      err: expect.stringContaining('schedules of shop, if there are any, stay: no Temporal answers') as unknown,
    });
    expect(await run('stack', 'list', '--json')).toMatchObject({ out: '[]\n' });
  });

  it('does not capture what the shell does not have', async () => {
    expect(await run('stack', 'add', '--env', 'MISSING')).toEqual({
      exitCode: 2,
      out: '',
      err: 'evenkeel: MISSING: not set in this shell\n  → export them, then capture them\n',
    });
  });

  it.each([
    [['hold'], 'say why: "reason"'],
    [['hold', 'soon', '--reason', 'why'], '"soon" is not a duration; write it like 90s, 5m or 1h30m'],
    [['hold', '31d', '--reason', 'why'], 'a stack is held for 30d at the longest'],
    [['hold', '1h', '--end'], 'a hold that is lifted has no length'],
  ])('refuses %j before it asks anybody', async (argv, message) => {
    const { exitCode, err } = await run(...argv);
    expect(exitCode).toBe(2);
    expect(err).toContain(`evenkeel: ${message}\n  → evenkeel hold 2h --reason`);
  });

  it('says what to start when no Temporal answers', async () => {
    const { exitCode, err } = await deployed;
    expect(exitCode).toBe(5);
    expect(err).toMatch(/^evenkeel: no Temporal answers at 127.0.0.1:1\n {2}→ start one: evenkeel server/);
  });
});
