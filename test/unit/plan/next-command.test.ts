import { describe, expect, it } from '@jest/globals';
import { nextCommand, type NextFacts } from '../../../src/plan/next-command.js';
import type { ServedRow } from '../../../src/spec/what-serves.js';

const up = (service: string, release?: string): ServedRow => ({
  ...{ service, container: `shop-${service}-1`, state: 'running', restarts: 0 },
  ...(release === undefined ? {} : { release }),
});
const down = (service: string, release: string): ServedRow => ({
  ...up(service, release),
  ...{ state: 'exited', issue: 'exited with 127' },
});
const gone = (service: string): ServedRow => ({ service, state: 'absent', restarts: 0, issue: 'has no container' });

/** Release 2 served before, api is gone, and both releases can be gone back to. */
const facts: NextFacts = {
  ...{ stack: 'shop', before: '2', touched: ['api', 'web'], unsettled: [], returnable: '2' },
  rows: [gone('api'), up('web', '2')],
};

const next = (other: Partial<NextFacts>): string => nextCommand({ ...facts, ...other }).command;

describe('what a person does next about a stack that is not back', () => {
  it.each<[string, string, Partial<NextFacts>]>([
    ['goes back to what served before, where that is kept whole', 'evenkeel rollback 2 -p shop', {}],
    ['goes back further, where it is not', 'evenkeel rollback 1 -p shop', { returnable: '1' }],
    ['deploys, where nothing can be gone back to', 'evenkeel deploy -p shop', { returnable: undefined }],
    [
      'starts what is down, where all of it is there',
      'docker compose -p shop start api',
      { rows: [down('api', '2'), up('web', '2')], returnable: '1' },
    ],
    [
      'goes back further, where what is there crashes again and again',
      'evenkeel rollback 1 -p shop',
      { rows: [{ ...down('api', '2'), state: 'restarting' }, up('web', '2')], returnable: '1' },
    ],
    [
      'asks whether it is well, where all of it runs again',
      'evenkeel check -p shop',
      { rows: [up('api', '2'), up('web', '2')], returnable: '1' },
    ],
    [
      'deploys again, where no service was touched',
      'evenkeel deploy -p shop',
      { rows: [up('api', '2'), up('web', '2')], touched: [] },
    ],
    [
      'follows the newer run that has the stack, whatever else is there',
      "evenkeel follow 'deploy/any/shop/2'",
      { newer: 'deploy/any/shop/2', unsettled: [{ volume: 'shop_pg', command: 'docker run x' }] },
    ],
    [
      'puts data back before anything starts on it',
      'docker run x && docker run y && docker compose -p shop start api',
      {
        rows: [down('api', '2'), up('web', '2')],
        returnable: undefined,
        unsettled: [
          { volume: 'shop_pg', command: 'docker run x' },
          { volume: 'shop_state', command: 'docker run y' },
        ],
      },
    ],
  ])('%s', (_, command, other) => expect(next(other)).toBe(command));

  it('says of data which volumes, where, and what follows', () => {
    const { means } = nextCommand({ ...facts, unsettled: [{ volume: 'shop_pg', command: 'docker run x' }] });
    expect(means).toBe(
      'on the host of shop: puts the old content of shop_pg back and says so, then ' +
        'brings release 2 back whole, once nothing is in its way',
    );
  });
});
