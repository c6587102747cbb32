import { describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import type { Progress } from '../../src/spec/progress.js';
import { countedLine } from '../support/counted-line.js';
import { eventually } from '../support/eventually.js';
import { inDepth } from '../support/in-depth.js';
import { isLeased, leaseIsFree, leftBehind, NOTHING } from '../support/left-behind.js';
import { pairBehindProxy } from '../support/proxied-world.js';
import { endOf } from '../support/run-end.js';
import { say } from '../support/say.js';

const here = pairBehindProxy();

/** A deployment of a sick release, on whose way back Docker does not remove its container. */
async function stuckOnItsWayBack(version: number): Promise<WorkflowHandle> {
  await here.stack.write('.env', `VERSION=${version}\nAPI_UNHEALTHY=1\n`);
  const run = await here.stack.start();
  await eventually('the sick release runs', async () => (await here.stack.state())['api-1'] === `running ${version}`);
  const message = 'container 1f: driver "overlay2" failed to remove root filesystem: operation not permitted';
  here.proxy.add({ when: /^DELETE \/containers\//, fault: { kind: 'answer', status: 500, message }, times: 1000 });
  await eventually('the run asks', async () => (await run.query<Progress>('progress')).asks !== undefined, 120_000);
  return run;
}

const evenkeel = (...args: string[]) =>
  here.world.evenkeel(['-p', here.stack.name, ...args], { cwd: here.stack.directory });

describe('a way back on which Docker does not remove a container', () => {
  it('stops and asks, and brings back what served once somebody has cleared the way', async () => {
    const run = await stuckOnItsWayBack(2);
    expect(await isLeased(here.stack)).toBe(true);
    const line = await countedLine(here.world.address);
    const { stdout } = await evenkeel('--address', line.address, 'status');
    line.close();
    expect(line.spoken()).toBe(1);
    expect(stdout).toContain('? restore api: bringing back api');
    expect(stdout).toContain(`evenkeel resolve '${run.workflowId}' --what 'restore api' --how retry`);
    expect(await evenkeel('resolve', '--how', 'go-away')).toMatchObject({ exitCode: 2 });
    const another = await evenkeel('resolve', '--what', 'restore web', '--how', 'leave');
    expect([another.exitCode, another.stderr]).toEqual([4, expect.stringContaining('it asks about restore api now')]);
    expect(await isLeased(here.stack)).toBe(true);

    here.proxy.heal();
    const answered = await evenkeel('--json', 'resolve', '--what', 'restore api', '--how', 'retry');
    expect(JSON.parse(answered.stdout)).toMatchObject({
      workflowId: run.workflowId,
      answer: expect.stringContaining('restore api: it is tried again') as unknown,
    });
    expect(await endOf(run)).toMatchObject({ type: 'rolled-back', result: { leftovers: [], release: '1' } });
    expect(await here.stack.state()).toEqual({ 'api-1': 'running 1', 'web-1': 'running 1' });
    await leaseIsFree(here.stack);
    expect(await leftBehind(here.stack)).toEqual(NOTHING);
  }, 180_000);

  inDepth(() => {
    it('leaves it where somebody says so, and the next deployment finds a way', async () => {
      const run = await stuckOnItsWayBack(3);
      expect(await evenkeel('resolve', run.workflowId, '--how', 'leave', '--reason', 'the disk')).toMatchObject({
        exitCode: 0,
      });
      expect(await endOf(run)).toMatchObject({
        type: 'needs-human',
        result: { leftovers: [{ what: 'service api', command: `docker compose -p ${here.stack.name} ps -a api` }] },
      });
      here.proxy.heal();
      await here.stack.write('.env', 'VERSION=4\n');
      expect(await here.stack.deploy()).toMatchObject({ type: 'succeeded' });
      expect(await here.stack.state()).toEqual({ 'api-1': 'running 4', 'web-1': 'running 4' });
      await leaseIsFree(here.stack);
      expect(await leftBehind(here.stack)).toEqual(NOTHING);
    }, 180_000);
  });
});

describe('a service that somebody changes by hand between two waves', () => {
  /** A deployment that waits before it replaces web, which somebody has made anew in the meantime, as of another version. */
  async function changedMeanwhile(version: number): Promise<{ run: WorkflowHandle; strange: string }> {
    await here.stack.write('.env', `VERSION=${version}\n`);
    // The gate of the first wave gives no answer before the run has been told to pause.
    await here.world.injectFaults([
      { activity: 'awaitHealth', service: 'api', point: 'before', action: 'fail', times: 1000 },
    ]);
    const run = await here.stack.start();
    const isAt = async (step: string): Promise<boolean> => {
      const { lines } = await run.query<Progress>('progress');
      return lines.some(({ title, state }) => title === step && state === 'running');
    };
    await eventually('api has been replaced', async () => (await here.world.struckFaults()).length > 0);
    await say(run, 'pause', { by: 'ann' });
    await here.world.injectFaults([]);
    await eventually('it is paused', () => isAt('paused'));
    await here.stack.write('.env', 'VERSION=77\n');
    await here.stack.compose('up', '-d', '--no-deps', '--force-recreate', 'web');
    const strange = (await here.stack.ids())['web-1']!;
    expect(await evenkeel('resume')).toMatchObject({ exitCode: 0 });
    await eventually('the run asks', async () => (await run.query<Progress>('progress')).asks !== undefined);
    expect((await run.query<Progress>('progress')).asks).toMatchObject({
      what: 'replace web',
      why: expect.stringContaining(`(${strange.slice(0, 12)}) is new`) as unknown,
    });
    expect(await here.stack.state()).toEqual({ 'api-1': `running ${version}`, 'web-1': 'running 77' });
    return { run, strange };
  }

  it('is not touched before somebody says so, and then replaced too', async () => {
    const { run, strange } = await changedMeanwhile(5);
    expect(await evenkeel('resolve', '--how', 'go-on')).toMatchObject({ exitCode: 0 });
    expect(await endOf(run)).toMatchObject({ type: 'succeeded', result: { touched: ['api', 'web'], leftovers: [] } });
    expect(await here.stack.state()).toEqual({ 'api-1': 'running 5', 'web-1': 'running 5' });
    expect(Object.values(await here.stack.ids())).not.toContain(strange);
    await leaseIsFree(here.stack);
    expect(await leftBehind(here.stack)).toEqual(NOTHING);
  }, 180_000);

  inDepth(() => {
    it('goes too where the run is told to turn back, and what served before serves again', async () => {
      const { run } = await changedMeanwhile(6);
      expect(await evenkeel('resolve', '--how', 'roll-back')).toMatchObject({ exitCode: 0 });
      expect(await endOf(run)).toMatchObject({
        type: 'rolled-back',
        result: { failure: { service: 'web' }, restored: ['api', 'web'], leftovers: [] },
      });
      expect(await here.stack.state()).toEqual({ 'api-1': 'running 5', 'web-1': 'running 5' });
      await leaseIsFree(here.stack);
      expect(await leftBehind(here.stack)).toEqual(NOTHING);
    }, 180_000);
  });
});
