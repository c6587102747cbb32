import { expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { inDepth } from '../support/in-depth.js';
import { leaseIsFree, leftBehind, NOTHING, releasesOf } from '../support/left-behind.js';
import { oneHost } from '../support/one-host.js';
import type { TestStack } from '../support/test-stack.js';

const OLD = { 'api-1': 'running 1', 'web-1': 'running 1' };
const BAD = (version: number): string => `VERSION=${version}\nAPI_EXIT_CODE=3\n`;

const host = oneHost();

/** A stack that has served version 1, whose api a deployment has made one of version 2 that crashes; then that was terminated. */
async function terminatedHalfWay(): Promise<{ stack: TestStack; unended: string }> {
  const stack = await host.make('pair', { '.env': 'VERSION=1\n' });
  expect(await stack.deploy()).toMatchObject({ type: 'succeeded' });
  await stack.write('.env', BAD(2));
  // The gate gives no answer before the run is terminated.
  await host.world.injectFaults([
    { activity: 'awaitHealth', service: 'api', point: 'before', action: 'fail', times: 1000 },
  ]);
  const run = await stack.start();
  await eventually('api has been replaced', async () => (await host.world.struckFaults()).length > 0);
  await run.terminate('by a test');
  await host.world.injectFaults([]);
  await leaseIsFree(stack);
  return { stack, unended: run.workflowId };
}

/** That deployment is named, and what served before it serves again. */
async function nextFails(version: number): Promise<void> {
  const { stack, unended } = await terminatedHalfWay();
  await stack.write('.env', BAD(version));
  const { type, result } = await stack.deploy();
  expect([type, result?.release, result?.restored]).toEqual(['rolled-back', '1', ['api']]);
  const message = expect.stringMatching(
    `^${unended} never came to its end, .* it had begun api; should this run fail, .* before that one: api$`,
  ) as unknown;
  expect(result!.warnings).toContainEqual(expect.objectContaining({ rule: 'run-unended', message }));
  expect(await stack.state()).toEqual(OLD);
  expect((await releasesOf(stack)).map(({ kind }) => kind)).toEqual(['deployed']);
  await leaseIsFree(stack);
  expect(await leftBehind(stack)).toEqual(NOTHING);

  await stack.write('.env', 'VERSION=4\n');
  const good = await stack.deploy();
  expect([good.type, good.result?.warnings.filter(({ rule }) => rule === 'run-unended')]).toEqual(['succeeded', []]);
}

it('a release that fails after a terminated one goes back to what served before both', () => nextFails(3), 180_000);

inDepth(() => {
  it('the terminated release, deployed again, is judged, and fails likewise', () => nextFails(2), 180_000);

  it('what a person has made of a service since is what comes back', async () => {
    const { stack } = await terminatedHalfWay();
    await stack.write('.env', 'VERSION=7\n');
    await stack.compose('up', '-d', '--no-deps', '--force-recreate', 'api');
    await stack.write('.env', BAD(3));
    expect(await stack.deploy()).toMatchObject({ type: 'rolled-back', result: { restored: ['api'] } });
    expect(await stack.state()).toEqual({ 'api-1': 'running 7', 'web-1': 'running 1' });
  }, 180_000);

  it('what is good takes its place', async () => {
    const { stack } = await terminatedHalfWay();
    await stack.write('.env', 'VERSION=3\n');
    expect(await stack.deploy()).toMatchObject({ type: 'succeeded', result: { touched: ['api', 'web'] } });
    expect(await stack.state()).toEqual({ 'api-1': 'running 3', 'web-1': 'running 3' });
  }, 180_000);
});
