import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dockerodeEngine } from '../../src/docker/dockerode-engine.js';
import { ArgvWatch } from '../support/argv-watch.js';
import { type CliEnd, DeploymentWorld } from '../support/deployment-world.js';
import { docker } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import { plainText } from '../support/plain-text.js';
import { type StateEntry, stateEntries } from '../support/state-files.js';
import { TestStack } from '../support/test-stack.js';

/** A secret by the place where the stack keeps it; one that turns up elsewhere tells where it came from. */
const secrets = Object.fromEntries(
  ['environment', 'build-arg', 'database-url', 'healthcheck', 'variable', 'file', 'captured'].map((place) => [
    place,
    randomBytes(12).toString('hex'),
  ]),
);

/** The places whose secrets occur in a text. */
function told(text: string): string[] {
  return Object.entries(secrets).flatMap(([place, secret]) => (text.includes(secret) ? [place] : []));
}

let world: DeploymentWorld;
let stack: TestStack;
/** What each command said, and how it ended. */
const said: Record<string, CliEnd> = {};
const heartbeats: string[] = [];
let argvs: string[] = [];
let entries: StateEntry[] = [];

async function evenkeel(name: string, ...args: string[]): Promise<void> {
  said[name] = await world.evenkeel(args, { cwd: stack.directory, env: { CAPTURED_SECRET: secrets['captured'] } });
}

/** The runs of this world, deployments and leases. */
async function runs(): Promise<{ workflowId: string; runId: string }[]> {
  const found: { workflowId: string; runId: string }[] = [];
  for await (const { workflowId, runId } of world.client.workflow.list()) found.push({ workflowId, runId });
  return found;
}

async function deploy(name: string, env: string, ...flags: string[]): Promise<void> {
  await stack.write('.env', `VARIABLE_SECRET=${secrets['variable']}\n${env}`);
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      for (const { workflowId, runId } of await runs()) {
        const { raw } = await world.client.workflow.getHandle(workflowId, runId).describe();
        heartbeats.push(plainText(raw));
      }
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  })();
  await evenkeel(name, ...flags, 'deploy');
  isOver = true;
  await watching;
}

beforeAll(async () => {
  world = await DeploymentWorld.start();
  stack = await TestStack.unregistered(world, 'secrets');
  for (const file of ['compose.yaml', 'secret.txt']) {
    await stack.edit(file, (text) => text.replaceAll(/fixture-([a-z-]+)/g, (_, place: string) => secrets[place]!));
  }
  const watch = new ArgvWatch();
  await stack.write('.env', `VARIABLE_SECRET=${secrets['variable']}\n`);
  await evenkeel('stack add', 'stack', 'add', '-p', stack.name, '--env', 'CAPTURED_SECRET');
  await deploy('succeeded', 'VERSION=1\n', '-v', '-p', stack.name);
  await deploy('rejected', 'VERSION=2\nBUILD_FAILS=1\n', '--json', '-p', stack.name);
  await deploy('crashed', 'VERSION=2\nAPI_EXIT_CODE=3\n', '-v', '-p', stack.name);
  await deploy('unhealthy', 'VERSION=2\nAPI_UNHEALTHY=1\n', '--json', '-p', stack.name);
  for (const verb of ['plan', 'validate', 'status', 'follow', 'stack show', 'doctor']) {
    await evenkeel(verb, '-v', '-p', stack.name, ...verb.split(' '));
    await evenkeel(`${verb} --json`, '--json', '-p', stack.name, ...verb.split(' '));
  }
  const archiving = 'WorkflowType = "archive"';
  await eventually('every deployment is on record', async () => {
    const { count: begun } = await world.client.workflow.count(archiving);
    const { count: ended } = await world.client.workflow.count(`${archiving} AND ExecutionStatus = "Completed"`);
    return begun >= 4 && ended === begun;
  });
  await evenkeel('audit export', '-p', stack.name, 'audit', 'export');
  await evenkeel('audit verify', '-p', stack.name, 'audit', 'verify');
  argvs = await watch.stop();
  entries = await stateEntries(world.stateFolder);
}, 180_000);
afterAll(async () => {
  await stack.remove();
  await world.stop();
}, 60_000);

describe('secrets', () => {
  it('are there to be told: every outcome came about, and excerpts carry the lines that held them', async () => {
    expect(Object.entries(said).map(([name, { exitCode }]) => [name, exitCode])).toEqual(
      expect.arrayContaining([
        ['succeeded', 0],
        ['rejected', 4],
        ['crashed', 1],
        ['unhealthy', 1],
      ]),
    );
    const rejected = JSON.parse(said['rejected']!.stdout) as { failure: { excerpt: string[] } };
    expect(rejected.failure.excerpt.join('\n')).toContain('building with [redacted]');
    expect(said['crashed']!.stderr).toContain('I am [redacted]');
    expect(JSON.parse(said['unhealthy']!.stdout)).toMatchObject({
      failure: { message: expect.stringContaining('[redacted]') },
    });
    const log = await stack.compose('logs', 'api');
    expect(told(log).sort()).toEqual(['captured', 'database-url', 'environment', 'file', 'variable']);
  });

  it('are in no history, description or answer of any run', async () => {
    await eventually('four deployments and their leases are listed', async () => (await runs()).length >= 8);
    for (const { workflowId, runId } of await runs()) {
      const handle = world.client.workflow.getHandle(workflowId, runId);
      expect([workflowId, told(plainText(await handle.fetchHistory()))]).toEqual([workflowId, []]);
      expect(told(plainText((await handle.describe()).raw))).toEqual([]);
      expect(told(plainText(await handle.query('__temporal_workflow_metadata')))).toEqual([]);
      if (workflowId.startsWith('deploy/')) expect(told(plainText(await handle.query('progress')))).toEqual([]);
    }
    expect(told(heartbeats.join('\n'))).toEqual([]);
    expect(heartbeats.join('\n')).toContain('awaitHealth');
  }, 60_000);

  it('are in nothing that a command prints, whatever its flags', () => {
    expect(
      Object.entries(said).flatMap(([name, { stdout, stderr }]) => told(stdout + stderr).map((place) => [name, place])),
    ).toEqual([]);
  });

  it('are in no log of a worker', async () => {
    expect(told(await world.workerLogs())).toEqual([]);
  });

  it('are in no file for people; what comes back needs them, in private files', () => {
    const telling = entries.filter(({ text }) => told(text).length > 0);
    expect(telling.filter(({ isRaw }) => !isRaw).map(({ place, text }) => [place, told(text)])).toEqual([]);
    expect(telling.length).toBeGreaterThan(0);
    const files = entries.map(({ place }) => place.replace(/^.*\//, ''));
    expect(files).toEqual(
      expect.arrayContaining([
        ...['plan.txt', 'plan.json', 'result.json', 'observed.json', 'api.jsonl'],
        ...['before.json', 'history.json', 'account.json', 'index.json'],
      ]),
    );
  });

  it('are out of reach for others: folders 0700, files 0600', () => {
    const open = entries.filter(
      ({ mode, isFolder, isMountable }) => !isMountable && mode !== (isFolder ? 0o700 : 0o600),
    );
    expect(open.map(({ place, mode }) => [place, mode.toString(8)])).toEqual([]);
  });

  it('are in no command line while a deployment goes on', () => {
    expect(argvs.some((argv) => argv.includes(stack.name) && argv.includes(' up '))).toBe(true);
    expect(argvs.filter((argv) => told(argv).length > 0)).toEqual([]);
  });

  it('are in no image that we tag, but for the build argument, which Docker itself writes into what it builds', async () => {
    const pins = (await docker(['images', '--no-trunc', '--format', '{{.Repository}}:{{.Tag}} {{.ID}}']))
      .split('\n')
      .map((line) => line.split(' ') as [tag: string, id: string])
      .filter(([tag]) => tag.startsWith(`evenkeel/${stack.name}/`));
    const used = new Set((await stack.inspect()).map(({ Image }) => Image));
    expect(pins.length).toBeGreaterThanOrEqual(2);
    for (const [tag, id] of pins) {
      // It is an image of the user's that a container runs: nothing was committed or built by us.
      expect([tag, used.has(id)]).toEqual([tag, true]);
      const about = (await docker(['inspect', id])) + (await docker(['history', '--no-trunc', id]));
      expect([tag, told(about)]).toEqual([tag, tag.includes('/api:') ? ['build-arg'] : []]);
    }
  });

  it('are in no label of a container', async () => {
    const containers = await dockerodeEngine(world.env).containers(stack.name);
    expect(containers).toHaveLength(2);
    expect(told(JSON.stringify((await stack.inspect()).map(({ Config }) => Config.Labels)))).toEqual([]);
  });
});
