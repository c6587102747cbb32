import { describe, expect, it } from '@jest/globals';
import { cases } from '../support/in-depth.js';
import { oneHost } from '../support/one-host.js';
import { makingsOf, standingOf } from '../support/standing.js';
import type { TestStack } from '../support/test-stack.js';

const host = oneHost();
let stack: TestStack;

describe('gates', () => {
  it('takes back a release that never becomes healthy when the time of its gate is over', async () => {
    stack = await host.make('pair', { '.env': 'VERSION=1\n' });
    // Docker itself would look for the first time in an hour, so it never says that anything is unhealthy.
    await stack.edit('compose.yaml', (yaml) => yaml.replaceAll('interval: 10s', 'interval: 1h').replace('20s', '3s'));
    expect(await stack.deploy()).toMatchObject({ type: 'succeeded' });
    await stack.exec('api', 'sh', '-c', 'echo row > /state/kept');
    const before = await makingsOf(stack);

    await stack.write('.env', 'VERSION=2\nAPI_UNHEALTHY=1\n');
    const end = await stack.deploy();
    expect(end).toMatchObject({
      status: 'failed',
      type: 'rolled-back',
      result: { touched: ['api'], restored: ['api'], leftovers: [], failure: { service: 'api' } },
    });
    expect(end.result?.failure?.message).toMatch(/within 3 s/);
    expect(await makingsOf(stack)).toEqual(before);
    expect(await stack.version('api')).toBe('1');
    expect(await stack.exec('api', 'cat', '/state/kept')).toBe('row');
  }, 120_000);

  it('takes a service without a healthcheck for well when it stays up, and says that this is all it knows', async () => {
    stack = await host.make('plain');
    expect(await stack.deploy()).toMatchObject({
      type: 'succeeded',
      result: { touched: ['web'], warnings: [expect.objectContaining({ rule: 'unverified', service: 'web' })] },
    });
    expect(await stack.version('web')).toBe('1');
  }, 120_000);

  it.each(cases([3], [0]))(
    'takes back a release that exits with %d at once, which nothing starts again',
    async (code) => {
      stack = await host.make('plain');
      await stack.deploy();
      const before = await makingsOf(stack);

      await stack.write('.env', `VERSION=2\nEXIT_CODE=${code}\n`);
      const end = await stack.deploy();
      expect(end).toMatchObject({ status: 'failed', type: 'rolled-back', result: { failure: { service: 'web' } } });
      expect(end.result?.failure?.message).toContain(`exited with ${code}`);
      expect(await makingsOf(stack)).toEqual(before);
      expect(await stack.version('web')).toBe('1');
    },
    120_000,
  );

  it('runs a one-shot to its end before what waits for it, again with each change, and takes back one that fails', async () => {
    stack = await host.make('one-shot', { '.env': 'VERSION=1\n' });
    expect(await stack.deploy()).toMatchObject({ type: 'succeeded', result: { touched: ['migrate', 'api'] } });
    expect(await migrationEndedBeforeApi()).toBe(true);
    const once = await standingOf(stack);
    expect(await stack.deploy()).toMatchObject({ type: 'succeeded', result: { touched: [] } });
    expect(await standingOf(stack)).toEqual(once);

    await stack.write('.env', 'VERSION=2\n');
    expect(await stack.deploy()).toMatchObject({ type: 'succeeded', result: { touched: ['migrate', 'api'] } });
    expect(await migrationEndedBeforeApi()).toBe(true);
    expect(await stack.exec('api', 'cat', '/state/migrations')).toBe('1\n2');

    const { containers, ...around } = await makingsOf(stack);
    const { 'api-1': api } = await stack.ids();
    await stack.write('.env', 'VERSION=3\nMIGRATE_EXIT_CODE=1\n');
    expect(await stack.deploy()).toMatchObject({
      type: 'rolled-back',
      result: { touched: ['migrate'], failure: { service: 'migrate' }, remarks: [expect.stringMatching(/^migrate: /)] },
    });
    const after = await makingsOf(stack);
    expect(after).toMatchObject(around);
    expect(after.containers[0]).toEqual(containers[0]);
    expect((await stack.ids())['api-1']).toBe(api);
    // The container of the previous migration is there again, and has not run another time.
    expect(await stack.state()).toEqual({ 'api-1': 'running 2', 'migrate-1': 'created 2' });
    expect(await stack.exec('api', 'cat', '/state/migrations')).toBe('1\n2\n3');
  }, 120_000);

  it('replaces and takes back every container of a scaled service, and changes their number alone', async () => {
    stack = await host.make('scaled');
    expect(await stack.deploy()).toMatchObject({ type: 'succeeded' });
    await stack.write('.env', 'VERSION=2\n');
    const first = await stack.ids();
    expect(await stack.deploy()).toMatchObject({ type: 'succeeded', result: { touched: ['web'] } });
    expect(await stack.state()).toEqual({ 'web-1': 'running 2', 'web-2': 'running 2' });
    expect(Object.values(await stack.ids()).filter((id) => Object.values(first).includes(id))).toEqual([]);

    const before = await makingsOf(stack);
    await stack.write('.env', 'VERSION=3\nREPLICAS=3\nEXIT_CODE=3\n');
    expect(await stack.deploy()).toMatchObject({ type: 'rolled-back' });
    expect(await makingsOf(stack)).toEqual(before);

    const second = await stack.ids();
    await stack.write('.env', 'VERSION=2\nREPLICAS=3\n');
    expect(await stack.deploy()).toMatchObject({ type: 'succeeded', result: { touched: ['web'] } });
    expect(await stack.ids()).toEqual({ ...second, 'web-3': expect.any(String) });

    await stack.write('.env', 'VERSION=2\nREPLICAS=1\n');
    expect(await stack.deploy()).toMatchObject({ type: 'succeeded', result: { touched: ['web'] } });
    expect(await stack.ids()).toEqual({ 'web-1': second['web-1'] });
  }, 120_000);
});

/** By Docker's own clock. */
async function migrationEndedBeforeApi(): Promise<boolean> {
  const [api, migrate] = await stack.inspect();
  expect(migrate?.State).toMatchObject({ Status: 'exited', ExitCode: 0 });
  return migrate!.State.FinishedAt! <= api!.State.StartedAt!;
}
