import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { WorkflowFailedError } from '@temporalio/client';
import type { ApplicationFailure } from '@temporalio/common';
import type { StackStatus } from '../../src/cli/status/look-at-stacks.js';
import type { ProbationResult } from '../../src/spec/probation.js';
import { DeploymentWorld } from '../support/deployment-world.js';
import { eventually } from '../support/eventually.js';
import { inDepth } from '../support/in-depth.js';
import { normaliseInspect } from '../support/normalise-inspect.js';
import { TestStack } from '../support/test-stack.js';

let world: DeploymentWorld;
let stack: TestStack;

beforeAll(async () => {
  world = await DeploymentWorld.start();
}, 60_000);
afterEach(async () => stack.remove(), 60_000);
afterAll(async () => world.stop(), 60_000);

/** The stack `pair`, whose releases are on probation, and whose api is sick as soon as somebody says so. */
async function onProbation(forHowLong: string): Promise<void> {
  stack = await TestStack.make(world, 'pair', { '.env': 'VERSION=1\n' });
  await stack.edit('compose.yaml', (text) =>
    text
      .replace('probation: 0s', `probation: ${forHowLong}`)
      .replace(/test: \[[^\]]*\], interval: 10s/, `test: [CMD-SHELL, 'test ! -e /tmp/sick'], interval: 500ms`),
  );
}

/** Deploys version 2 after version 1, which nobody waits for. Returns the id of the probation. */
async function secondRelease(): Promise<string> {
  await stack.deploy();
  await stack.write('.env', 'VERSION=2\n');
  const { result } = await stack.deploy();
  expect(result).toMatchObject({ outcome: 'succeeded', release: '2', verified: 'unknown' });
  return result!.probation!.workflowId;
}

/** How a probation ended, well or not. */
async function endOfProbation(workflowId: string): Promise<ProbationResult> {
  const handle = world.client.workflow.getHandle(workflowId);
  try {
    return (await handle.result()) as ProbationResult;
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    return (error.cause as ApplicationFailure).details![0] as ProbationResult;
  }
}

async function releases(): Promise<Record<string, unknown>[]> {
  const { stdout } = await world.evenkeel(['--json', '-p', stack.name, 'releases']);
  return JSON.parse(stdout) as Record<string, unknown>[];
}

/** Runs a verb on the stack, and returns its document. */
async function evenkeel(...args: string[]): Promise<unknown> {
  const { exitCode, stdout } = await world.evenkeel(['--json', '-p', stack.name, ...args]);
  if (exitCode !== 0) throw new Error(`${args.join(' ')} ended with ${exitCode}: ${stdout}`);
  return JSON.parse(stdout);
}

async function status(): Promise<StackStatus> {
  return (await evenkeel('status')) as StackStatus;
}

async function looks(): Promise<unknown[]> {
  return (await stack.inspect()).map(normaliseInspect);
}

describe('a release on probation', () => {
  it('is verified when it stays well, whatever becomes of the worker', async () => {
    await onProbation('3s');
    const probation = await secondRelease();
    await world.killWorker();
    await world.startWorker();
    expect(await endOfProbation(probation)).toMatchObject({ release: '2', verified: 'verified' });
    expect(await releases()).toMatchObject([
      { id: '2', verified: 'verified', serves: true },
      { id: '1', rollbackTarget: true },
    ]);
  }, 240_000);

  it('is taken back when it turns sick, and what served before is not watched for that', async () => {
    await onProbation('10m');
    await stack.deploy();
    const first = await looks();
    await stack.write('.env', 'VERSION=2\n');
    const { result } = await stack.deploy();
    await stack.exec('api', 'touch', '/tmp/sick');

    const { rollback, ...end } = await endOfProbation(result!.probation!.workflowId);
    expect(end).toMatchObject({ release: '2', verified: 'sick', service: 'api' });
    expect(await world.client.workflow.getHandle(rollback!).result()).toMatchObject({
      ...{ outcome: 'succeeded', release: '3', previousRelease: '2' },
    });
    expect(await looks()).toEqual(first);
    expect(await releases()).toMatchObject([
      { id: '3', kind: 'rolled-back', repeats: '1', serves: true },
      { id: '2', verified: 'sick' },
      { id: '1' },
    ]);
  }, 240_000);

  inDepth(() => {
    it('is left as it is while the stack is held, also when the worker is killed that was told so', async () => {
      await onProbation('10m');
      const probation = await secondRelease();
      await eventually(
        'status says that it is on probation',
        async () => (await status()).release?.verified === 'on-probation',
      );
      await world.injectFaults([{ activity: 'holdStack', point: 'after', action: 'kill' }]);
      const held = evenkeel('hold', '2h', '--reason', 'a look by hand');
      await world.workerEnded();
      await world.startWorker();
      expect(await held).toMatchObject({ stack: stack.name, hold: { reason: 'a look by hand' } });
      await stack.exec('api', 'touch', '/tmp/sick');

      const end = await endOfProbation(probation);
      expect(end).toMatchObject({
        verified: 'sick',
        service: 'api',
        held: expect.stringMatching(/^held by .*: a look/),
      });
      expect(end).not.toHaveProperty('rollback');
      expect((await releases()).map(({ id }) => id)).toEqual(['2', '1']);
      expect(await status()).toMatchObject({
        ...{ hold: { reason: 'a look by hand' }, release: { id: '2', verified: 'sick' } },
      });
      expect(await evenkeel('hold', '--end')).toMatchObject({ before: { reason: 'a look by hand' } });
    }, 240_000);

    it.each([['stop', 'api'], ['down']])(
      'is left alone when somebody stops it: docker compose %s',
      async (...command) => {
        await onProbation('10m');
        const probation = await secondRelease();
        await stack.compose(...command);
        const before = await stack.ids();
        const end = await endOfProbation(probation);
        expect(end).toMatchObject({ release: '2', verified: 'unknown' });
        expect(end.rollback).toBeUndefined();
        expect(await stack.ids()).toEqual(before);
      },
      240_000,
    );

    it('makes way for a newer one', async () => {
      await onProbation('10m');
      await secondRelease();
      const [second] = await releases();
      await stack.write('.env', 'VERSION=3\n');
      const { result } = await stack.deploy();
      const running = await world.client.workflow.getHandle(result!.probation!.workflowId).describe();
      expect(running.status.name).toBe('RUNNING');
      expect(running.raw.workflowExecutionInfo?.firstRunId).toBe(running.runId);
      expect([second!['verified'], (await releases()).map(({ id }) => id)]).toEqual(['unknown', ['3', '2', '1']]);
      expect(await stack.state()).toEqual({ 'api-1': 'running 3', 'web-1': 'running 3' });
    }, 240_000);
  });
});
