import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import { DeploymentWorld } from '../support/deployment-world.js';
import { eventually } from '../support/eventually.js';
import { cases, inDepth } from '../support/in-depth.js';
import { leaseIsFree, leftBehind, NOTHING, releasesOf } from '../support/left-behind.js';
import { resetToAfter, resetToTheBeginning } from '../support/reset-run.js';
import { endOf } from '../support/run-end.js';
import { makingsOf, type Standing } from '../support/standing.js';
import { TestStack } from '../support/test-stack.js';

/** The built api is good, and web, which comes after it, ends at once and is started again and again. */
const BAD_RELEASE = 'VERSION=2\nWEB_EXIT_CODE=3\n';

let world: DeploymentWorld;
let stack: TestStack;
let before: Omit<Standing, 'lives'>;

beforeAll(async () => {
  world = await DeploymentWorld.start();
  stack = await TestStack.make(world, 'kill-matrix', { '.env': 'VERSION=1\n' });
  await stack.edit('compose.yaml', withoutRehearsal);
  expect(await stack.deploy()).toMatchObject({ type: 'succeeded' });
  before = await makingsOf(stack);
}, 180_000);
afterAll(async () => {
  await stack.remove();
  await world.stop();
}, 180_000);

describe('a run that is reset in the middle of a bad release', () => {
  it('judges what its former self has replaced, and takes all of it back', async () => {
    const former = await cutShort('awaitHealth');
    expect(await stack.state()).toMatchObject({ 'api-1': 'running 2', 'web-1': expect.stringMatching(/ 2$/) });
    await takenBackAfter(await resetToTheBeginning(world, former), { restored: ['api', 'web'] });
  }, 240_000);

  inDepth(() => {
    it('takes back too what its former self has replaced where it is the next service that is bad', async () => {
      const former = await cutShort('replaceService');
      expect(await stack.state()).toEqual({ 'api-1': 'running 2', 'web-1': 'running 1' });
      await takenBackAfter(await resetToTheBeginning(world, former), { restored: ['api', 'web'] });
    }, 240_000);

    it('and reset once more: still brings back what served before the first of them', async () => {
      const former = await cutShort('awaitHealth');
      await world.injectFaults([{ activity: 'awaitHealth', service: 'web', point: 'before', action: 'kill' }]);
      const second = await resetToTheBeginning(world, former);
      await world.startWorker();
      await world.workerEnded();
      await takenBackAfter(await resetToTheBeginning(world, second), { restored: ['api', 'web'] });
    }, 240_000);

    it.each([
      ['its file has become invalid', 'compose.yaml', (yaml: string) => yaml.replace('restart: always', 'restart: 7')],
      ['its image cannot be built any more', 'Dockerfile', (text: string) => `${text}RUN false\n`],
    ])(
      'and refused, because %s: what its former self has replaced is taken back',
      async (_, file, change) => {
        const former = await cutShort('awaitHealth');
        let sound = '';
        await stack.edit(file, (content) => change((sound = content)));
        await takenBackAfter(await resetToTheBeginning(world, former), { restored: ['api', 'web'] });
        await stack.write(file, sound);
      },
      240_000,
    );
  });
});

describe('a run that is reset to a point in its middle, in a bad release', () => {
  it.each(cases(['planDeployment'], ['beginRun', 'captureStack', 'replaceService']))(
    'after %s: does not go on from there, and takes back all that its former self has replaced',
    async (activity) => {
      const former = await cutShort('awaitHealth');
      await takenBackAfter(await resetToAfter(world, former, activity), { restored: ['api', 'web'] });
    },
    240_000,
  );

  inDepth(() => {
    it('during its way back: goes all of it', async () => {
      const former = await cutShortAt('restoreService', stack);
      await takenBackAfter(await resetToAfter(world, former, 'stopService'), { restored: ['api', 'web'] });
    }, 240_000);
  });

  it('after it had come to its end: touches nothing', async () => {
    await stack.write('.env', BAD_RELEASE);
    const former = await stack.start();
    expect(await endOf(former)).toMatchObject({ type: 'rolled-back' });
    const stood = await stack.ids();
    const end = await endOf(await resetToAfter(world, former, 'planDeployment'));
    expect(end).toMatchObject({ type: 'rejected', message: expect.stringContaining('deploy again') as unknown });
    expect(await stack.ids()).toEqual(stood);
    await leaseIsFree(stack);
  }, 240_000);
});

describe('a run that is reset, and cancelled before it does anything', () => {
  const toWhereItHadBegun: typeof resetToTheBeginning = (_, run) => resetToAfter(world, run, 'beginRun');
  it.each(
    cases<[string, typeof resetToTheBeginning]>(
      [['its beginning', resetToTheBeginning]],
      [['where it had begun', toWhereItHadBegun]],
    ),
  )(
    'at %s: takes back all that its former self has replaced',
    async (_, reset) => {
      const former = await cutShort('awaitHealth');
      const run = await reset(world, former);
      await run.cancel();
      await takenBackAfter(run, { restored: ['api', 'web'] }, 'aborted');
    },
    240_000,
  );
});

inDepth(() => {
  describe('a run that is reset long after it was asked for', () => {
    it('takes back all the same what its former self has replaced', async () => {
      await stack.write('.env', BAD_RELEASE);
      const former = await cutShortAt('awaitHealth', stack, { startBy: '15s' });
      const { startTime } = await former.describe();
      await eventually('it is too late to start', async () => Date.now() - startTime.getTime() > 15_500);
      await takenBackAfter(await resetToTheBeginning(world, former), { restored: ['api', 'web'] });
    }, 240_000);
  });
});

describe('a run that is reset in the middle of a good release', () => {
  it('whose content alone is new: judges what its former self has replaced, and does not replace it again', async () => {
    const other = await TestStack.make(world, 'contents', { '.env': 'KEY=1\n' });
    try {
      expect(await other.deploy()).toMatchObject({ type: 'succeeded' });
      await other.write('site.conf', 'new site\n');
      const former = await cutShortAt('awaitHealth', other);
      const replaced = await other.ids();
      const run = await resetToTheBeginning(world, former);
      await world.startWorker();

      expect(await endOf(run)).toMatchObject({ type: 'succeeded', result: { touched: ['web'], release: '2' } });
      expect(await other.ids()).toEqual(replaced);
      expect((await releasesOf(other)).map(({ kind }) => kind)).toEqual(['deployed', 'deployed']);
      expect(await other.deploy()).toMatchObject({ type: 'succeeded', result: { touched: [] } });
    } finally {
      await other.remove();
    }
  }, 240_000);
});

/** The faults are meant for the stack, and would strike on its twin first. */
function withoutRehearsal(yaml: string): string {
  return yaml
    .replace(/rehearse: .*/, "rehearse: { mode: 'off' }")
    .replace('volumes: [state:/state]', 'volumes: [state:/state]\n    x-evenkeel: { backup: { type: none } }');
}

/** Version 1 serves, and the deployment of a bad release has been cut short before that step of web. */
async function cutShort(activity: 'awaitHealth' | 'replaceService'): Promise<WorkflowHandle> {
  await stack.write('.env', BAD_RELEASE);
  return cutShortAt(activity, stack);
}

/** There is no worker afterwards. */
async function cutShortAt(
  activity: string,
  deployed: TestStack,
  request: Parameters<TestStack['start']>[0] = {},
): Promise<WorkflowHandle> {
  await world.injectFaults([{ activity, service: 'web', point: 'before', action: 'kill' }]);
  const run = await deployed.start(request);
  await world.workerEnded();
  return run;
}

/** With a worker the run comes to its end, and all that stands is what stood before its first self began. */
async function takenBackAfter(run: WorkflowHandle, result: object, outcome = 'rolled-back'): Promise<void> {
  await world.startWorker();
  const end = await endOf(run);
  expect([end.type, end.message]).toEqual([outcome, expect.any(String)]);
  expect({ ...end.result, restored: [...(end.result?.restored ?? [])].sort() }).toMatchObject(result);
  expect(await makingsOf(stack)).toEqual(before);
  expect(await stack.exec('web', 'wget', '-qO-', 'http://api:8080/version')).toBe('1');
  expect((await releasesOf(stack)).map(({ kind }) => kind)).toEqual(['deployed']);
  await leaseIsFree(stack);
  expect(await leftBehind(stack)).toEqual(NOTHING);
}
