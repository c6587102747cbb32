import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import type { DeployResult } from '../../src/spec/deploy-result.js';
import type { Progress } from '../../src/spec/progress.js';
import { DeploymentWorld } from '../support/deployment-world.js';
import { docker } from '../support/docker-cli.js';
import { eventually } from '../support/eventually.js';
import { inDepth } from '../support/in-depth.js';
import { isLeased, leaseIsFree, leftBehind, NOTHING, releasesOf } from '../support/left-behind.js';
import { endOf } from '../support/run-end.js';
import { TestStack } from '../support/test-stack.js';

let world: DeploymentWorld;
let stack: TestStack;

/** A stack whose releases two people have to approve, with its first release serving. */
beforeAll(async () => {
  world = await DeploymentWorld.start();
  stack = await TestStack.make(world, 'kill-matrix', { '.env': 'VERSION=1\n' });
  expect(await stack.deploy()).toMatchObject({ type: 'succeeded' });
  await stack.exec('web', 'sh', '-c', 'echo row >/state/kept');
  await stack.edit('compose.yaml', (yaml) => yaml.replace('x-evenkeel:', 'x-evenkeel:\n  approval: { quorum: 2 }'));
}, 120_000);
afterAll(async () => {
  await stack.remove();
  await world.stop();
}, 60_000);

const apiImage = (): Promise<string> => docker(['image', 'inspect', '-f', '{{.Id}}', `${stack.name}-api`]);

async function waitsForApproval(run: WorkflowHandle): Promise<string> {
  let hash: string | undefined;
  await eventually('the run waits for approval', async () => {
    hash = (await run.query<Progress>('progress')).awaitsApproval?.plan.hash;
    return hash !== undefined;
  });
  return hash!;
}

async function says(who: string, ...args: string[]): Promise<{ exitCode: number; document: Record<string, unknown> }> {
  const command = ['--json', '-p', stack.name, ...args];
  const end = await world.evenkeel(command, { cwd: stack.directory, env: { SUDO_USER: who } });
  return { exitCode: end.exitCode, document: JSON.parse(end.stdout) as Record<string, unknown> };
}

/** The worker is killed in this step, and another one is there afterwards. */
async function killedIn<T>(activity: string, act: () => Promise<T>): Promise<T> {
  await world.injectFaults([{ activity, point: 'during', afterMs: 30, action: 'kill' }]);
  const acted = act();
  await world.workerEnded();
  await world.startWorker();
  return acted;
}

describe('a deployment that has to be approved', () => {
  it('leaves the stack as if it had not begun while it waits, and then deploys what was rehearsed', async () => {
    const served = await apiImage();
    await stack.write('.env', 'VERSION=2\n');
    const run = await killedIn('standAside', () => stack.start());
    const hash = await waitsForApproval(run);
    await leaseIsFree(stack);

    expect(await apiImage()).toBe(served);
    expect(await stack.compose('up', '-d', '--no-build', 'api')).not.toMatch(/recreate/i);
    expect(await stack.state()).toEqual({ 'api-1': 'running 1', 'web-1': 'running 1' });
    const waiting = await leftBehind(stack);
    expect(waiting).toEqual({ ...NOTHING, strayTags: [expect.stringContaining(`/${stack.name}/aside:`)] });

    // What lies in the directory by now is not what was rehearsed, and has nothing to do with it.
    await stack.write('.env', 'VERSION=3\n');
    expect(await says('ann', 'approve', '--plan', hash.slice(0, 8), '--reason', 'it is time')).toMatchObject({
      exitCode: 0,
      document: { workflowId: run.workflowId, answer: expect.stringContaining('1 of 2') },
    });
    expect(await says('ann', 'approve')).toMatchObject({ exitCode: 4, document: { error: { type: 'Refused' } } });
    expect(await says('bob', 'approve', '--plan', '000000')).toMatchObject({ exitCode: 4 });
    expect(await isLeased(stack)).toBe(false);
    await killedIn('takeUpImages', () => says('bob', 'approve'));

    const end = await endOf(run);
    expect(end).toMatchObject({ type: 'succeeded', result: { release: '2', leftovers: [] } });
    expect(end.result?.approvals?.map(({ by, planHash }) => [by.split('@')[0], planHash])).toEqual([
      ['ann', hash],
      ['bob', hash],
    ]);
    expect(await stack.state()).toEqual({ 'api-1': 'running 2', 'web-1': 'running 2' });
    expect((await releasesOf(stack)).map(({ kind }) => kind)).toEqual(['deployed', 'deployed']);
    await leaseIsFree(stack);
    expect(await leftBehind(stack)).toEqual(NOTHING);
  }, 180_000);

  inDepth(() => {
    it('waits again when the stack is another one by then, and leaves nothing when it is refused', async () => {
      await stack.write('.env', 'VERSION=4\n');
      const run = await stack.start();
      const hash = await waitsForApproval(run);
      await docker(['rm', '-f', `${stack.name}-web-1`]);
      await stack.write('.env', 'VERSION=2\n');
      await stack.compose('up', '-d', '--wait');
      await stack.write('.env', 'VERSION=4\n');
      const before = await stack.ids();
      const served = await apiImage();

      for (const who of ['ann', 'bob']) expect((await says(who, 'approve')).exitCode).toBe(0);
      await eventually('it waits for the new plan', async () => {
        const { awaitsApproval } = await run.query<Progress>('progress');
        return awaitsApproval !== undefined && awaitsApproval.plan.hash !== hash;
      });
      const { approvals, warnings } = await run.query<Progress>('progress');
      expect(approvals?.every(({ voidedBecause }) => voidedBecause?.includes('other containers of web'))).toBe(true);
      expect(warnings.map(({ rule }) => rule)).toContain('plan-changed');

      await killedIn('letImagesGo', () => says('ann', 'reject', '--reason', 'not like that'));
      const end = await endOf(run);
      expect(end).toMatchObject({
        type: 'rejected',
        result: { touched: [], leftovers: [], failure: { message: expect.stringContaining('not like that') } },
      });
      expect((end.result as DeployResult).backup).toBeDefined();
      expect(await stack.ids()).toEqual(before);
      expect(await apiImage()).toBe(served);
      expect(await leftBehind(stack)).toEqual(NOTHING);
    }, 180_000);

    it('goes back to what others have deployed meanwhile, though it had found something else when it began', async () => {
      await stack.edit('compose.yaml', (yaml) => yaml.replace('  approval: { quorum: 2 }\n', ''));
      // No release accounts for what runs, so the run puts it down as a baseline before it waits.
      await stack.write('.env', 'VERSION=5\n');
      await stack.compose('up', '-d', '--build', '--wait');
      await stack.write('.env', 'VERSION=6\nWEB_EXIT_CODE=7\n');
      const run = await stack.start({ requireApproval: true, skip: ['rehearsal', 'backup'], reason: 'it fails later' });
      const hash = await waitsForApproval(run);
      await stack.write('.env', 'VERSION=7\n');
      expect(await stack.deploy()).toMatchObject({ type: 'succeeded' });
      const deployed = (await releasesOf(stack)).at(-1)!;
      const before = await stack.state();
      expect(before).toEqual({ 'api-1': 'running 7', 'web-1': 'running 7' });

      expect((await says('ann', 'approve', '--plan', hash)).exitCode).toBe(0);
      await eventually('it waits for the new plan', async () => {
        const { awaitsApproval } = await run.query<Progress>('progress');
        return awaitsApproval !== undefined && awaitsApproval.plan.hash !== hash;
      });
      expect((await says('ann', 'approve')).exitCode).toBe(0);
      const end = await endOf(run);
      expect(end).toMatchObject({ type: 'rolled-back', result: { release: deployed.id, leftovers: [] } });
      expect(await stack.state()).toEqual(before);
      expect(await apiImage()).toBe(deployed.services['api']!.imageId);
      expect(await leftBehind(stack)).toEqual(NOTHING);
    }, 180_000);
  });
});
