import { describe, expect, it } from '@jest/globals';
import type { Fault } from '../support/docker-proxy.js';
import { leaseIsFree, leftBehind, NOTHING } from '../support/left-behind.js';
import { pairBehindProxy } from '../support/proxied-world.js';

const here = pairBehindProxy();
let version = 1;

describe('while a service is replaced, the connection to Docker', () => {
  type Row = [string, RegExp, Fault];
  const CREATE = /^POST \/containers\/create\?/;
  const START = /^POST \/containers\/\w+\/start/;
  const STOP = /^POST \/containers\/\w+\/stop/;
  const REMOVE = /^DELETE \/containers\//;
  const RENAME = /^POST \/containers\/\w+\/rename/;

  const rows: Row[] = [
    ['loses the reply to a create', CREATE, { kind: 'lose-reply' }],
    ['loses the reply to a removal', REMOVE, { kind: 'lose-reply' }],
    ['breaks before a start', START, { kind: 'reset' }],
    ['loses the reply to a stop', STOP, { kind: 'lose-reply' }],
    ['loses the reply to a rename', RENAME, { kind: 'lose-reply' }],
    ['loses the reply to a start', START, { kind: 'lose-reply' }],
    ['breaks before a create', CREATE, { kind: 'reset' }],
    ['breaks before a rename', RENAME, { kind: 'reset' }],
  ];

  it.each(rows)(
    '%s: the deployment succeeds, with one container a service',
    async (_, when, fault) => {
      version += 1;
      await here.stack.write('.env', `VERSION=${version}\n`);
      const before = here.proxy.requests.length;
      here.proxy.add({ when, fault });
      const end = await here.stack.deploy();
      here.proxy.heal();

      expect(end).toMatchObject({ type: 'succeeded', message: '', result: { touched: ['api', 'web'], leftovers: [] } });
      // It struck: the request came once more than the two services need.
      expect(here.proxy.requests.slice(before).filter((request) => when.test(request)).length).toBeGreaterThanOrEqual(
        2,
      );
      expect(await here.stack.state()).toEqual({ 'api-1': `running ${version}`, 'web-1': `running ${version}` });
      expect(await here.stack.exec('web', 'wget', '-qO-', 'http://api:8080/version')).toBe(`${version}`);
      await leaseIsFree(here.stack);
      expect(await leftBehind(here.stack)).toEqual(NOTHING);
    },
    120_000,
  );
});
