import { describe, expect, it } from '@jest/globals';
import { CreatedContainers } from '../support/created-containers.js';
import { isLeased, leaseIsFree, leftBehind, NOTHING, releasesOf } from '../support/left-behind.js';
import { oneHost } from '../support/one-host.js';
import { comesTo, lineOf } from '../support/run-lines.js';
import { endOf } from '../support/run-end.js';
import type { TestStack } from '../support/test-stack.js';

const host = oneHost();
let stack: TestStack;

describe('two deployments of one stack', () => {
  it('asked for at once: one of them runs, the other is refused and says who runs', async () => {
    stack = await host.make('unhurried', { '.env': 'VERSION=1\n' });
    await stack.deploy();
    await stack.write('.env', 'VERSION=2\n');
    const created = CreatedContainers.watch(stack);

    const runs = await Promise.all([stack.start(), stack.start()]);
    const ends = await Promise.all(runs.map(async (run) => ({ run, end: await endOf(run) })));

    const winner = ends.find(({ end }) => end.type === 'succeeded')!;
    const loser = ends.find((other) => other !== winner)!;
    expect(winner.end).toMatchObject({ status: 'completed', result: { touched: ['api', 'web'] } });
    expect(loser.end).toMatchObject({ status: 'failed', type: 'rejected', result: { touched: [] } });
    expect(loser.end.message).toContain(winner.run.workflowId);
    expect(created.take()).toEqual({ api: 1, web: 1 });
    await created.stop();
    expect(await stack.state()).toEqual({ 'api-1': 'running 2', 'web-1': 'running 2' });
    expect(await releasesOf(stack)).toHaveLength(2);
    await leaseIsFree(stack);
    expect(await leftBehind(stack)).toEqual(NOTHING);
  }, 120_000);

  it('one queued behind the other: it begins when that has ended, and brings what the files say then', async () => {
    stack = await host.make('unhurried', { '.env': 'VERSION=1\n' });
    await stack.deploy();
    await stack.write('.env', 'VERSION=2\n');
    const first = await stack.start();
    await comesTo(first, 'replace api');
    await stack.write('.env', 'VERSION=3\n');
    const second = await stack.start({ whenBusy: 'queue' });
    await comesTo(second, 'take the lease');
    expect(await isLeased(stack)).toBe(true);

    const [before, after] = await Promise.all([endOf(first), endOf(second)]);
    expect(before).toMatchObject({ type: 'succeeded', result: { release: '2', touched: ['api', 'web'] } });
    expect(after).toMatchObject({ type: 'succeeded', result: { release: '3', touched: ['api', 'web'] } });
    const freeAtMs = before.result!.endedAtMs;
    const { startedAtMs } = await lineOf(second, 'freeze the configuration');
    expect(startedAtMs).toBeGreaterThanOrEqual(freeAtMs);
    // Promptly: it takes less than the deployment that it waited for.
    expect(startedAtMs! - freeAtMs).toBeLessThan(freeAtMs - before.result!.startedAtMs);

    expect(await stack.state()).toEqual({ 'api-1': 'running 3', 'web-1': 'running 3' });
    await leaseIsFree(stack);
    expect(await leftBehind(stack)).toEqual(NOTHING);
  }, 120_000);

  it('of two stacks at once do not mind each other', async () => {
    stack = await host.make('unhurried', { '.env': 'VERSION=1\n' });
    const other = await host.make('unhurried', { '.env': 'VERSION=5\n' });
    try {
      const ends = await Promise.all([stack.deploy(), other.deploy()]);
      expect(ends.map(({ type }) => type)).toEqual(['succeeded', 'succeeded']);
      expect(await stack.state()).toEqual({ 'api-1': 'running 1', 'web-1': 'running 1' });
      expect(await other.state()).toEqual({ 'api-1': 'running 5', 'web-1': 'running 5' });
    } finally {
      await other.remove();
    }
  }, 120_000);
});
