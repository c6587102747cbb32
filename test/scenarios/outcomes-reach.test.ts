import { describe, expect, it } from '@jest/globals';
import { cases } from '../support/in-depth.js';
import { oneHost } from '../support/one-host.js';
import { makingsOf, standingOf } from '../support/standing.js';
import type { TestStack } from '../support/test-stack.js';

const host = oneHost();
let stack: TestStack;

describe('what a deployment reaches', () => {
  it('makes a service anew that lives in the network of one that changes', async () => {
    stack = await host.make('joined', { '.env': 'VERSION=1\n' });
    expect(await stack.deploy()).toMatchObject({ type: 'succeeded' });
    const before = await stack.ids();
    expect(await stack.deploy()).toMatchObject({ type: 'succeeded', result: { touched: [] } });

    await stack.write('.env', 'VERSION=2\n');
    expect(await stack.deploy()).toMatchObject({ type: 'succeeded', result: { touched: ['app', 'sidecar'] } });
    expect(await stack.version('sidecar')).toBe('2');
    expect((await stack.ids())['sidecar-1']).not.toBe(before['sidecar-1']);
    const second = await standingOf(stack);
    await stack.compose('up', '-d');
    expect(await standingOf(stack)).toEqual(second);
  }, 120_000);

  it.each(
    cases(
      [['the joined service fails before the joiner has begun', 'VERSION=2\nAPP_EXIT_CODE=3\n', 'app']],
      [['the joiner fails', 'VERSION=2\nSIDECAR_EXIT_CODE=3\n', 'sidecar']],
    ),
  )(
    'gives a joiner its network back when %s',
    async (_, env, service) => {
      stack = await host.make('joined', { '.env': 'VERSION=1\n' });
      await stack.deploy();
      const before = await makingsOf(stack);
      await stack.write('.env', env);
      expect(await stack.deploy()).toMatchObject({
        type: 'rolled-back',
        result: { restored: ['app', 'sidecar'], leftovers: [], failure: { service } },
      });
      expect(await makingsOf(stack)).toEqual(before);
      expect([await stack.version('app'), await stack.version('sidecar')]).toEqual(['1', '1']);
    },
    120_000,
  );

  it('deploys the one service that was asked for, and says what it leaves behind', async () => {
    stack = await host.make('pair', { '.env': 'VERSION=1\n' });
    await stack.deploy();
    const { 'web-1': web } = await stack.ids();
    await stack.write('.env', 'VERSION=2\n');
    expect(await stack.deploy({ services: ['api'] })).toMatchObject({
      type: 'succeeded',
      result: {
        touched: ['api'],
        warnings: [expect.objectContaining({ rule: 'left-behind', service: 'web' })],
      },
    });
    expect(await stack.state()).toEqual({ 'api-1': 'running 2', 'web-1': 'running 1' });
    expect((await stack.ids())['web-1']).toBe(web);
  }, 120_000);

  it('leaves a service of an inactive profile alone, whether it runs or not, and takes it for no orphan', async () => {
    stack = await host.make('profiled', { '.env': 'VERSION=1\n' });
    expect(await stack.deploy()).toMatchObject({ type: 'succeeded', result: { touched: ['web'] } });
    expect(Object.keys(await stack.ids())).toEqual(['web-1']);

    await stack.compose('--profile', 'debug', 'up', '-d', 'console');
    const { 'console-1': console } = await stack.ids();
    await stack.write('.env', 'VERSION=2\n');
    const { result: dry } = await stack.deploy({ dryRun: true });
    expect(dry?.plan?.orphans).toEqual([]);
    expect(await stack.deploy()).toMatchObject({ type: 'succeeded', result: { touched: ['web'], warnings: [] } });
    expect(await stack.state()).toEqual({ 'console-1': 'running 1', 'web-1': 'running 2' });
    expect((await stack.ids())['console-1']).toBe(console);
  }, 120_000);

  it('names an orphan and leaves it alone, in a deployment that is taken back too', async () => {
    stack = await host.make('pair', { '.env': 'VERSION=1\n' });
    await stack.deploy();
    const { 'web-1': orphan } = await stack.ids();
    const named = [expect.objectContaining({ rule: 'orphan', service: 'web' })];
    await stack.edit('compose.yaml', (yaml) => yaml.replace(/ {2}web:\n(?: {4}.*\n)+/, ''));

    const { result: dry } = await stack.deploy({ dryRun: true });
    expect(dry?.plan?.orphans).toEqual([{ service: 'web', container: `${stack.name}-web-1` }]);
    await stack.write('.env', 'VERSION=2\n');
    expect(await stack.deploy()).toMatchObject({ type: 'succeeded', result: { touched: ['api'], warnings: named } });
    await stack.write('.env', 'VERSION=3\nAPI_EXIT_CODE=3\n');
    expect(await stack.deploy()).toMatchObject({ type: 'rolled-back', result: { warnings: named } });
    expect(await stack.state()).toEqual({ 'api-1': 'running 2', 'web-1': 'running 1' });
    expect((await stack.ids())['web-1']).toBe(orphan);
  }, 120_000);
});
