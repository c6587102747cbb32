import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { DeploymentWorld, repository } from '../support/deployment-world.js';
import { TestStack } from '../support/test-stack.js';

const action = path.join(repository, '.github', 'actions', 'deploy');
let world: DeploymentWorld;
let stack: TestStack;
let folder: string;

beforeAll(async () => {
  world = await DeploymentWorld.start();
  stack = await TestStack.make(world, 'plain', { '.env': 'VERSION=1\n' });
  folder = await mkdtemp(path.join(os.tmpdir(), 'ek-action-'));
}, 60_000);
afterAll(async () => {
  await stack?.remove();
  await world?.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

interface Job {
  exitCode: number;
  outputs: string[];
  summary: string;
  stdout: string;
}

let jobs = 0;

/** Runs the step of the action as a runner would: its shell script, with the inputs in the variables it names. */
async function job(inputs: Record<string, string>): Promise<Job> {
  const { inputs: known, runs } = parse(await readFile(path.join(action, 'action.yml'), 'utf8')) as {
    inputs: Record<string, { default?: string }>;
    runs: { steps: [{ run: string; env: Record<string, string> }] };
  };
  const [step] = runs.steps;
  const given = Object.entries(step.env).map(([name, expression]) => {
    const [, input = ''] = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(expression) ?? [];
    return [name, inputs[input] ?? known[input]!.default!.replace(/\$\{\{.*?\}\}/g, 'x')];
  });
  const at = (name: string): string => path.join(folder, `${name}-${jobs}`);
  jobs++;
  const github = { GITHUB_ACTION_PATH: action, GITHUB_OUTPUT: at('output'), GITHUB_STEP_SUMMARY: at('summary') };
  const env = { ...world.env, ...github, ...(Object.fromEntries(given) as Record<string, string>) };
  const child = spawn('bash', ['-e', '-c', step.run], { cwd: os.tmpdir(), env, stdio: ['ignore', 'pipe', 'inherit'] });
  let stdout = '';
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  const [exitCode] = (await once(child, 'close')) as [number];
  const [output, summary] = await Promise.all([
    readFile(github.GITHUB_OUTPUT, 'utf8'),
    readFile(github.GITHUB_STEP_SUMMARY, 'utf8'),
  ]);
  return { exitCode, outputs: output.trim().split('\n'), summary, stdout };
}

it('deploys, and tells the job what came of it', async () => {
  const evenkeel = path.join(repository, 'bin', 'evenkeel.mjs');
  const first = await job({ stack: stack.name, evenkeel });
  expect(first.exitCode).toBe(0);
  expect(first.outputs).toEqual(expect.arrayContaining(['outcome=succeeded', 'release=1', 'exit-code=0']));
  expect(first.summary).toContain(`✅ \`${stack.name}\`: succeeded`);
  expect(first.stdout).not.toContain('::error');
  expect(await stack.state()).toEqual({ 'web-1': 'running 1' });

  await stack.write('.env', 'VERSION=2\nEXIT_CODE=7\n');
  const planned = await job({ stack: stack.name, evenkeel, 'dry-run': 'true' });
  expect([planned.exitCode, planned.outputs[0]]).toEqual([0, 'outcome=planned']);

  const failed = await job({ stack: stack.name, evenkeel, services: 'web' });
  expect(failed.exitCode).toBe(1);
  expect(failed.outputs).toEqual(expect.arrayContaining(['outcome=rolled-back', 'release=1', 'exit-code=1']));
  expect(failed.stdout).toMatch(/^::error title=evenkeel%3A rolled-back::replace, web: /m);
  expect(failed.summary).toContain('❌');
  expect(failed.summary).toMatch(/\| brought back \| `web` \|/);
  expect(await stack.state()).toEqual({ 'web-1': 'running 1' });

  const unreachable = await job({ stack: stack.name, evenkeel, address: '127.0.0.1:1' });
  expect([unreachable.exitCode, unreachable.outputs[0]]).toEqual([5, 'outcome=Unreachable']);
}, 180_000);
