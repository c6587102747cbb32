import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { WORKFLOW_QUEUE } from '../../src/names.js';
import type { DeployResult } from '../../src/spec/deploy-result.js';
import type { Progress } from '../../src/spec/progress.js';
import { countedLine } from '../support/counted-line.js';
import { eventually } from '../support/eventually.js';
import { inDepth } from '../support/in-depth.js';
import { isLeased, leaseIsFree, leftBehind, NOTHING } from '../support/left-behind.js';
import { pairBehindProxy } from '../support/proxied-world.js';
import { endOf } from '../support/run-end.js';
import { say } from '../support/say.js';

const here = pairBehindProxy();

/** A deployment of a release that crashes, on whose way back Docker does not remove its container. */
async function stuckOnItsWayBack(version: number): Promise<WorkflowHandle> {
  await here.stack.write('.env', `VERSION=${version}\nAPI_EXIT_CODE=3\n`);
  // The gate gives no answer before Docker has been told to remove nothing any more.
  await here.world.injectFaults([
    { activity: 'awaitHealth', service: 'api', point: 'before', action: 'fail', times: 1000 },
  ]);
  const run = await here.stack.start();
  await eventually('api has been replaced', async () => (await here.world.struckFaults()).length > 0);
  const message = 'container 1f: driver "overlay2" failed to remove root filesystem: operation not permitted';
  here.proxy.add({ when: /^DELETE \/containers\//, fault: { kind: 'answer', status: 500, message }, times: 1000 });
  await here.world.injectFaults([]);
  await eventually('the run asks', async () => (await run.query<Progress>('progress')).asks !== undefined, 120_000);
  return run;
}

const evenkeel = (...args: string[]) =>
  here.world.evenkeel(['-p', here.stack.name, ...args], { cwd: here.stack.directory });

/** Nothing of a run is left that somebody waits for, and the next release comes up. */
async function theNextOneServes(version: number): Promise<void> {
  await leaseIsFree(here.stack);
  await here.stack.write('.env', `VERSION=${version}\n`);
  expect(await here.stack.deploy()).toMatchObject({ type: 'succeeded', result: { leftovers: [] } });
  expect(await here.stack.state()).toEqual({ 'api-1': `running ${version}`, 'web-1': `running ${version}` });
  await leaseIsFree(here.stack);
  expect(await leftBehind(here.stack)).toEqual(NOTHING);
}

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

  it('ends as needing a human where somebody leaves it, says what serves, and the next deployment finds a way', async () => {
    const run = await stuckOnItsWayBack(3);
    expect(await evenkeel('resolve', run.workflowId, '--how', 'leave', '--reason', 'the disk')).toMatchObject({
      exitCode: 0,
    });
    const followed = await evenkeel('follow', run.workflowId);
    expect(followed.exitCode).toBe(3);
    const { type, result } = await endOf(run);
    expect([type, result!.leftovers]).toEqual([
      'needs-human',
      [
        {
          ...{ what: 'service api', command: `docker compose -p ${here.stack.name} ps -a api`, debris: false },
          why: expect.stringContaining('the disk') as unknown,
        },
      ],
    ]);
    // What stands there is what it is: under which names Compose has left it is Compose's.
    expect(result!.serves!.filter(({ service }) => service === 'web')).toMatchObject([
      { state: 'running', release: '1' },
    ]);
    expect(result!.serves!.some(({ service, ofThisRun }) => service === 'api' && ofThisRun === true)).toBe(true);
    expect(result!.next!.command).toBe(`evenkeel rollback 1 -p ${here.stack.name}`);
    expect(followed.stderr).toContain(`web: release 1 (${here.stack.name}-web-1)`);
    expect(followed.stderr).toContain(`next       evenkeel rollback 1 -p ${here.stack.name}`);
    here.proxy.heal();
    await theNextOneServes(4);
  }, 180_000);

  it('ends so too where it is cancelled while it asks', async () => {
    const run = await stuckOnItsWayBack(5);
    await run.cancel();
    const end = await endOf(run);
    expect(end).toMatchObject({
      ...{ status: 'failed', type: 'needs-human' },
      result: { leftovers: [{ what: 'service api' }], next: { command: expect.any(String) as unknown } },
    });
    expect(end.result!.leftovers[0]!.why).toContain('left as it is by a cancellation');
    const { asks, outcome } = await run.query<Progress>('progress');
    expect([asks, outcome]).toEqual([undefined, 'needs-human']);
    here.proxy.heal();
  }, 180_000);
});

describe('a way back on which the version of before cannot start any more', () => {
  it('fails with what serves and with the command that mends it once its cause is gone', async () => {
    const { stack } = here;
    const content = path.join(stack.directory, 'content');
    const mount = '{ type: bind, source: ./content, target: /content, bind: { create_host_path: false } }';
    await mkdir(content);
    const file = await readFile(path.join(stack.directory, 'compose.yaml'), 'utf8');
    await stack.write('compose.yaml', file.replace('volumes: [state:/state]', `volumes: ["state:/state", ${mount}]`));
    await stack.write('.env', 'VERSION=7\n');
    const { type, result: served } = await stack.deploy();
    expect(type).toBe('succeeded');
    await stack.write('compose.yaml', file);
    await rm(content, { recursive: true });
    await stack.write('.env', 'VERSION=8\nAPI_EXIT_CODE=3\n');

    const failed = await evenkeel('--json', 'deploy');
    expect(failed.exitCode).toBe(3);
    const told = JSON.parse(failed.stdout) as DeployResult & { workflowId: string };
    expect(told).toMatchObject({
      ...{ outcome: 'rollback-failed', restored: [], error: { exitCode: 3 } },
      leftovers: [{ what: 'service api', why: expect.stringContaining('bind source path does not exist') as unknown }],
    });
    expect(told).not.toHaveProperty('release');
    const shown = (await evenkeel('show', told.workflowId)).stdout;
    const state = await stack.state();
    expect(state['web-1']).toBe('running 7');
    expect(told.serves!.filter(({ service }) => service === 'web')).toMatchObject([{ release: served!.release }]);
    expect(shown).toContain(`serves     web: release ${served!.release} (${stack.name}-web-1)`);
    // It crashes and is started again, so that it may run for a moment.
    expect(shown).toMatch(/serves {5}api: (nothing runs; )?what this run made \(/);
    expect(shown).toContain(`next       ${told.next!.command}`);
    await leaseIsFree(stack);
    expect(await leftBehind(stack)).toMatchObject({ processes: [], twins: [], lockHeld: false, unfinished: [] });

    await mkdir(content);
    expect(told.next!.command).toBe(`evenkeel rollback ${served!.release} -p ${stack.name}`);
    const [, ...mends] = told.next!.command.split(' ');
    expect(await here.world.evenkeel(mends)).toMatchObject({ exitCode: 0 });
    expect(await stack.state()).toEqual({ 'api-1': 'running 7', 'web-1': 'running 7' });
    await leaseIsFree(stack);
    expect(await leftBehind(stack)).toEqual(NOTHING);
  }, 180_000);
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
    const { run, strange } = await changedMeanwhile(9);
    expect(await evenkeel('resolve', '--how', 'go-on')).toMatchObject({ exitCode: 0 });
    expect(await endOf(run)).toMatchObject({ type: 'succeeded', result: { touched: ['api', 'web'], leftovers: [] } });
    expect(await here.stack.state()).toEqual({ 'api-1': 'running 9', 'web-1': 'running 9' });
    expect(Object.values(await here.stack.ids())).not.toContain(strange);
    await leaseIsFree(here.stack);
    expect(await leftBehind(here.stack)).toEqual(NOTHING);
  }, 180_000);

  it('is not touched by a rollback either before somebody says so', async () => {
    const { stack, world } = here;
    const [before] = Object.values(await stack.state());
    await stack.write('.env', 'VERSION=11\n');
    const { type, result } = await stack.deploy();
    expect(type).toBe('succeeded');
    await world.injectFaults([
      { activity: 'restoreService', service: 'web', point: 'before', action: 'fail', times: 1000 },
    ]);
    const run = await world.client.workflow.start('rollback', {
      taskQueue: WORKFLOW_QUEUE,
      workflowId: `rollback/test/${stack.name}`,
      args: [{ stack: stack.name, to: result!.previousRelease }],
    });
    await eventually('it is about to bring web back', async () => (await world.struckFaults()).length > 0);
    await stack.write('.env', 'VERSION=77\n');
    await stack.compose('up', '-d', '--no-deps', '--force-recreate', 'web');
    const strange = (await stack.ids())['web-1']!;
    await world.injectFaults([]);
    await eventually('the run asks', async () => (await run.query<Progress>('progress')).asks !== undefined);
    expect((await run.query<Progress>('progress')).asks).toMatchObject({
      what: 'bring back web',
      why: expect.stringContaining(`(${strange.slice(0, 12)}) is new`) as unknown,
    });
    expect(await stack.state()).toEqual({ 'api-1': before, 'web-1': 'running 77' });

    expect(await evenkeel('resolve', '--how', 'go-on')).toMatchObject({ exitCode: 0 });
    expect(await endOf(run)).toMatchObject({ type: 'succeeded', result: { touched: ['api', 'web'], leftovers: [] } });
    expect(await stack.state()).toEqual({ 'api-1': before, 'web-1': before });
    await leaseIsFree(stack);
    expect(await leftBehind(stack)).toEqual(NOTHING);
  }, 180_000);

  inDepth(() => {
    it('goes too where the run is told to turn back, and what served before serves again', async () => {
      const { run } = await changedMeanwhile(10);
      expect(await evenkeel('resolve', '--how', 'roll-back')).toMatchObject({ exitCode: 0 });
      expect(await endOf(run)).toMatchObject({
        type: 'rolled-back',
        result: { failure: { service: 'web' }, restored: ['api', 'web'], leftovers: [] },
      });
      expect(await here.stack.state()).toEqual({ 'api-1': 'running 9', 'web-1': 'running 9' });
      await leaseIsFree(here.stack);
      expect(await leftBehind(here.stack)).toEqual(NOTHING);
    }, 180_000);
  });
});
