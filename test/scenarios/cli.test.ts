import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type CliEnd, DeploymentWorld, repository } from '../support/deployment-world.js';
import { eventually } from '../support/eventually.js';
import { endOf } from '../support/run-end.js';
import { TestStack } from '../support/test-stack.js';

let world: DeploymentWorld;
let stack: TestStack;

beforeAll(async () => {
  world = await DeploymentWorld.start();
}, 60_000);
afterEach(async () => {
  await stack.remove();
  await world.evenkeel(['stack', 'remove', '--yes', stack.name]);
}, 60_000);
afterAll(async () => world.stop(), 60_000);

/** Runs a command in the stack's directory. */
async function evenkeel(...args: string[]): Promise<CliEnd> {
  return world.evenkeel(['-p', stack.name, ...args], { cwd: stack.directory });
}

interface JsonEnd {
  exitCode: number;
  document: Record<string, unknown> & { error?: { type: string; message: string; exitCode: number; remedy?: string } };
}

/** The same with `--json`: what is printed is one document, and where it is an error, it has the exit code. */
async function evenkeelJson(...args: string[]): Promise<JsonEnd> {
  const { exitCode, stdout } = await evenkeel('--json', ...args);
  const document = JSON.parse(stdout) as JsonEnd['document'];
  if (document.error) expect(document.error.exitCode).toBe(exitCode);
  return { exitCode, document };
}

/** A deployment that takes a while, because its service has to stay well for it. */
async function slowStack(stableFor = '4s'): Promise<TestStack> {
  const made = await TestStack.make(world, 'plain', { '.env': 'VERSION=1\n' });
  await made.edit('compose.yaml', (yaml) => yaml.replace('stable_for: 300ms', `stable_for: ${stableFor}`));
  return made;
}

describe('evenkeel deploy', () => {
  it('exits with 0 for what serves, 1 for what was rolled back, 4 for what was rejected; plan with 10 and 0', async () => {
    stack = await TestStack.unregistered(world, 'plain', { '.env': 'VERSION=1\n' });
    expect(await evenkeelJson('plan', '--exit-code')).toMatchObject({ exitCode: 10, document: { stack: stack.name } });
    expect(await stack.inspect()).toEqual([]);

    expect(await evenkeelJson('deploy')).toMatchObject({
      exitCode: 0,
      document: { outcome: 'succeeded', release: '1' },
    });
    expect(await evenkeelJson('plan', '--exit-code')).toMatchObject({ exitCode: 0, document: { waves: [] } });

    await stack.write('.env', 'VERSION=2\nEXIT_CODE=3\n');
    expect(await evenkeelJson('deploy', '--reason', 'to see it fail')).toMatchObject({
      exitCode: 1,
      document: { outcome: 'rolled-back', reason: 'to see it fail', error: { type: 'rolled-back' } },
    });
    expect(await stack.state()).toEqual({ 'web-1': 'running 1' });
    expect((await evenkeel('follow')).exitCode).toBe(1);

    await stack.edit('compose.yaml', (yaml) => yaml.replace('stable_for', 'stable_four'));
    const before = await stack.ids();
    expect(await evenkeelJson('deploy')).toMatchObject({
      exitCode: 4,
      document: {
        outcome: 'rejected',
        error: { type: 'rejected', message: expect.stringContaining('stable_for') },
      },
    });
    expect(await stack.ids()).toEqual(before);
    expect(await evenkeelJson('validate')).toMatchObject({
      exitCode: 2,
      document: { valid: false, findings: [{ severity: 'error', place: { file: 'compose.yaml' } }] },
    });
  }, 240_000);

  it('exits with 2 for what cannot be as typed, and with 5 where nobody is there to do it', async () => {
    stack = await TestStack.make(world, 'plain');
    for (const args of [
      ['deploy', '--no-such-flag'],
      ['deploy', '--wait-timeout', 'soon'],
      ['deploy', '--start-by', 'soon'],
      ['-f', 'no-such-file.yaml', 'deploy'],
      ['follow', 'deploy/any/nothing/never'],
    ]) {
      expect([args, (await evenkeelJson(...args)).exitCode]).toEqual([args, 2]);
    }
    expect(await evenkeelJson('--address', '127.0.0.1:1', 'deploy')).toMatchObject({
      exitCode: 5,
      document: { error: { type: 'Unreachable', remedy: expect.stringContaining('evenkeel server') } },
    });
    await world.client.workflowService.registerNamespace({
      namespace: 'nobody-works-here',
      workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
    });
    await eventually('no worker is found there', async () => {
      const { document } = await evenkeelJson('-n', 'nobody-works-here', 'deploy');
      return document.error?.type === 'NoWorker' && document.error.exitCode === 5;
    });
    expect(await stack.inspect()).toEqual([]);
  }, 120_000);

  it('exits with 124 when it stops following, and the deployment goes on', async () => {
    stack = await slowStack();
    const { exitCode, document } = await evenkeelJson('deploy', '--wait-timeout', '1s');
    expect([exitCode, document.error?.type]).toEqual([124, 'StoppedFollowing']);
    const handle = world.client.workflow.getHandle(document['workflowId'] as string);
    expect((await handle.describe()).status.name).toBe('RUNNING');
    const followed = await evenkeel('--json', 'follow', handle.workflowId);
    expect(followed.exitCode).toBe(0);
    const lines = followed.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string; outcome?: string });
    expect(lines.at(-1)).toMatchObject({ kind: 'end', outcome: 'succeeded' });
    expect(lines.slice(0, -1).every(({ kind }) => kind !== 'end')).toBe(true);
    expect(await stack.state()).toEqual({ 'web-1': 'running 1' });
  }, 120_000);

  it('exits with 130 on Ctrl-C, and the deployment goes on', async () => {
    stack = await slowStack('10s');
    const args = [path.join(repository, 'bin', 'evenkeel.mjs'), '--json', '-p', stack.name, 'deploy'];
    const child = spawn(process.execPath, args, {
      cwd: stack.directory,
      env: world.env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let stdout = '';
    child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
    await eventually('the service has been replaced', async () => (await stack.state())['web-1'] === 'running 1');
    child.kill('SIGINT');
    const [exitCode] = (await once(child, 'close')) as [number];
    const document = JSON.parse(stdout) as JsonEnd['document'];
    expect([exitCode, document.error?.type]).toEqual([130, 'Interrupted']);
    expect(await endOf(world.client.workflow.getHandle(document['workflowId'] as string))).toMatchObject({
      type: 'succeeded',
    });
  }, 120_000);

  it('leaves at once with -d, and follow or abort find the run by its stack', async () => {
    stack = await slowStack('60s');
    const started = await evenkeel('deploy', '-d');
    expect(started.exitCode).toBe(0);
    const handle = world.client.workflow.getHandle(started.stdout.trim());
    await eventually('the service has been replaced', async () => (await stack.state())['web-1'] === 'running 1');
    expect((await evenkeel('abort', '--reason', 'a mistake')).exitCode).toBe(2);
    expect(await evenkeelJson('abort', '--yes', '--reason', 'a mistake')).toMatchObject({
      exitCode: 0,
      document: { workflowId: handle.workflowId },
    });
    expect((await evenkeel('follow')).exitCode).toBe(1);
    expect(await endOf(handle)).toMatchObject({ status: 'cancelled', type: 'aborted' });
    expect(await stack.inspect()).toEqual([]);
  }, 120_000);
});

describe('the other verbs', () => {
  it('answer with one JSON document each', async () => {
    stack = await TestStack.make(world, 'plain', { '.env': 'VERSION=1\n' });
    expect((await evenkeel('deploy')).exitCode).toBe(0);

    expect(await evenkeelJson('status')).toMatchObject({
      exitCode: 0,
      document: {
        stack: stack.name,
        release: { id: '1' },
        running: [],
        services: [{ service: 'web', state: 'running' }],
      },
    });
    const all = await world.evenkeel(['--json', 'status']);
    expect(JSON.parse(all.stdout)).toMatchObject([{ stack: stack.name, directory: stack.directory }]);

    const doctor = await evenkeelJson('doctor');
    expect(doctor.exitCode === 0).toBe(doctor.document['ok']);
    expect(JSON.stringify(doctor.document)).toContain(world.stateFolder);

    const version = await evenkeelJson('version');
    expect(version).toMatchObject({ exitCode: 0, document: { node: process.versions.node } });
    for (const part of ['evenkeel', 'temporalSdk', 'temporalServer', 'docker', 'compose']) {
      expect([part, version.document[part]]).toEqual([part, expect.stringMatching(/\d+\.\d+/)]);
    }

    const listed = await evenkeelJson('stack', 'list');
    expect(listed.document).toMatchObject([{ name: stack.name, directory: stack.directory }]);
    expect((await evenkeelJson('stack', 'show')).document).toMatchObject({ name: stack.name });
    expect((await evenkeelJson('stack', 'remove')).exitCode).toBe(2);
    expect((await evenkeelJson('stack', 'show')).exitCode).toBe(0);
    expect(await evenkeelJson('stack', 'remove', '--yes')).toMatchObject({
      exitCode: 0,
      document: { removed: stack.name },
    });
    expect((await evenkeelJson('stack', 'show')).exitCode).toBe(2);
    expect(await stack.state()).toEqual({ 'web-1': 'running 1' });
  }, 120_000);

  it('are suggested where one was mistyped', async () => {
    stack = await TestStack.unregistered(world, 'plain');
    const { exitCode, document } = await evenkeelJson('deply');
    expect(exitCode).toBe(2);
    expect(document.error?.remedy).toContain('deploy');
  });
});
