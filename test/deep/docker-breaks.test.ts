import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DeploymentWorld } from '../support/deployment-world.js';
import type { DockerProxy, Fault } from '../support/docker-proxy.js';
import { cases } from '../support/in-depth.js';
import { leaseIsFree, leftBehind, NOTHING } from '../support/left-behind.js';
import { proxiedWorld } from '../support/proxied-world.js';
import { TestStack } from '../support/test-stack.js';

let proxy: DockerProxy;
let world: DeploymentWorld;
let stack: TestStack;
let version = 1;

beforeAll(async () => {
  ({ proxy, world } = await proxiedWorld());
  stack = await TestStack.make(world, 'pair', { '.env': 'VERSION=1\n' });
  expect(await stack.deploy()).toMatchObject({ type: 'succeeded' });
}, 120_000);
afterAll(async () => {
  await stack.remove();
  await world.stop();
  await proxy.close();
}, 60_000);

describe('while a service is replaced, the connection to Docker', () => {
  type Row = [string, RegExp, Fault];
  const CREATE = /^POST \/containers\/create\?/;
  const START = /^POST \/containers\/\w+\/start/;
  const STOP = /^POST \/containers\/\w+\/stop/;
  const REMOVE = /^DELETE \/containers\//;
  const RENAME = /^POST \/containers\/\w+\/rename/;

  const always: Row[] = [
    ['loses the reply to a create', CREATE, { kind: 'lose-reply' }],
    ['loses the reply to a removal', REMOVE, { kind: 'lose-reply' }],
    ['breaks before a start', START, { kind: 'reset' }],
  ];
  const deep: Row[] = [
    ['loses the reply to a stop', STOP, { kind: 'lose-reply' }],
    ['loses the reply to a rename', RENAME, { kind: 'lose-reply' }],
    ['loses the reply to a start', START, { kind: 'lose-reply' }],
    ['breaks before a create', CREATE, { kind: 'reset' }],
    ['breaks before a rename', RENAME, { kind: 'reset' }],
  ];

  it.each(cases(always, deep))(
    '%s: the deployment succeeds, with one container a service',
    async (_, when, fault) => {
      version += 1;
      await stack.write('.env', `VERSION=${version}\n`);
      const before = proxy.requests.length;
      proxy.add({ when, fault });
      const end = await stack.deploy();
      proxy.heal();

      expect(end).toMatchObject({ type: 'succeeded', message: '', result: { touched: ['api', 'web'], leftovers: [] } });
      // It struck: the request came once more than the two services need.
      expect(proxy.requests.slice(before).filter((request) => when.test(request)).length).toBeGreaterThanOrEqual(2);
      expect(await stack.state()).toEqual({ 'api-1': `running ${version}`, 'web-1': `running ${version}` });
      expect(await stack.exec('web', 'wget', '-qO-', 'http://api:8080/version')).toBe(`${version}`);
      await leaseIsFree(stack);
      expect(await leftBehind(stack)).toEqual(NOTHING);
    },
    120_000,
  );
});
