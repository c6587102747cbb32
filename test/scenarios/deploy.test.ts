import { describe, expect, it } from '@jest/globals';
import { normaliseInspect } from '../support/normalise-inspect.js';
import { oneHost } from '../support/one-host.js';
import type { TestStack } from '../support/test-stack.js';

const host = oneHost();
let stack: TestStack;

describe('deploy', () => {
  it('brings a stack up, leaves it alone when nothing changed, and brings a change', async () => {
    stack = await host.make('pair', { '.env': 'VERSION=1\n' });
    expect(await stack.deploy()).toMatchObject({
      type: 'succeeded',
      result: { release: '1', touched: ['api', 'web'] },
    });
    expect(await stack.exec('web', 'wget', '-qO-', 'http://api:8080/version')).toBe('1');

    const before = await stack.ids();
    expect(await stack.deploy()).toMatchObject({
      type: 'succeeded',
      result: { touched: [], unchanged: ['api', 'web'] },
    });
    expect(await stack.ids()).toEqual(before);
    await stack.compose('up', '-d');
    expect(await stack.ids()).toEqual(before);

    await stack.write('.env', 'VERSION=2\n');
    expect(await stack.deploy()).toMatchObject({ type: 'succeeded', result: { touched: ['api', 'web'] } });
    expect(await stack.exec('web', 'wget', '-qO-', 'http://api:8080/version')).toBe('2');
  }, 120_000);

  it('needs no x-evenkeel, and a later docker compose up creates and recreates nothing', async () => {
    stack = await host.make('pair', { '.env': 'VERSION=1\n' });
    await stack.edit('compose.yaml', (yaml) =>
      yaml.slice(0, yaml.indexOf('\nx-evenkeel:') + 1).replace(/^ +x-evenkeel: .*\n/gm, ''),
    );
    expect(await stack.deploy()).toMatchObject({ type: 'succeeded' });
    const before = await stack.ids();
    await stack.compose('up', '-d');
    expect(await stack.ids()).toEqual(before);
  }, 120_000);

  it('takes back a release that crash-loops under restart: always, container by container as it was', async () => {
    stack = await host.make('pair', { '.env': 'VERSION=1\n' });
    await stack.deploy();
    const before = (await stack.inspect()).map(normaliseInspect);

    await stack.write('.env', 'VERSION=2\nAPI_EXIT_CODE=3\n');
    const end = await stack.deploy();
    expect(end).toMatchObject({
      status: 'failed',
      type: 'rolled-back',
      result: { release: '1', failure: { service: 'api' } },
    });
    expect(end.result?.failure?.message).toMatch(/3/);
    expect((await stack.inspect()).map(normaliseInspect)).toEqual(before);
    expect(await stack.exec('web', 'wget', '-qO-', 'http://api:8080/version')).toBe('1');
  }, 120_000);

  it('takes back a first deployment whole, and keeps its volumes', async () => {
    stack = await host.make('pair', { '.env': 'VERSION=1\nAPI_EXIT_CODE=3\n' });
    const end = await stack.deploy();
    expect(end).toMatchObject({ type: 'rolled-back', result: { leftovers: [{ what: `volume ${stack.name}_state` }] } });
    expect(await stack.inspect()).toEqual([]);
  }, 120_000);

  it('adopts a stack that people brought up, and takes a bad release back to exactly that', async () => {
    stack = await host.make('pair', { '.env': 'VERSION=1\n' });
    await stack.compose('up', '-d', '--wait');
    const before = (await stack.inspect()).map(normaliseInspect);
    await stack.write('.env', 'VERSION=2\nAPI_EXIT_CODE=3\n');
    expect(await stack.deploy()).toMatchObject({ type: 'rolled-back', result: { previousRelease: '1' } });
    expect((await stack.inspect()).map(normaliseInspect)).toEqual(before);
  }, 120_000);

  it('finishes a deployment whose worker was killed in the middle of a replacement', async () => {
    stack = await host.make('pair', { '.env': 'VERSION=1\n' });
    await stack.deploy();
    await stack.write('.env', 'VERSION=2\n');
    await host.world.injectFaults([
      { activity: 'replaceService', service: 'api', point: 'during', afterMs: 200, action: 'kill' },
    ]);
    const run = stack.deploy();
    await host.world.workerEnded();
    await host.world.startWorker();
    expect(await run).toMatchObject({ type: 'succeeded', result: { touched: ['api', 'web'] } });
    expect(await stack.state()).toEqual({ 'api-1': 'running 2', 'web-1': 'running 2' });
  }, 120_000);
});
