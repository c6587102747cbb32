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
/** It has run to its end, or somebody has stopped it. */
const ended = (service: string, release: string, issue?: string): ServedRow => ({
  ...{ ...up(service, release), state: 'exited' },
  ...(issue === undefined ? {} : { issue }),
});
const gone = (service: string): ServedRow => ({ service, state: 'absent', restarts: 0, issue: 'has no container' });

/** Release 2 served before, api is gone, and both releases can be gone back to. */
const facts: NextFacts = {
  ...{ stack: 'shop', run: { type: 'deploy' }, before: '2', touched: ['api', 'web'], unsettled: [], returnable: '2' },
  lost: [],
  ...{ ran: ['shop-api-1', 'shop-web-1'], stands: false },
  rows: [gone('api'), up('web', '2')],
};

const newer = { workflowId: 'deploy/any/shop/2', type: 'deploy', ended: false, isNext: true };
const backup = { ...newer, type: 'backup' };

/** Where no service was touched. */
const again: [string, string, NextFacts['run']][] = [
  ['goes on with a rollback', 'evenkeel rollback 1 -p shop', { type: 'rollback', to: '1' }],
  [
    'goes on with a rollback with data',
    'evenkeel rollback 1 --restore-data -p shop',
    { type: 'rollback', to: '1', restoreData: true },
  ],
  ['looks where a rollback could go that had not chosen', 'evenkeel releases -p shop', { type: 'rollback' }],
  ['does not deploy after a restore', 'evenkeel check -p shop', { type: 'restore' }],
  ['nor after a backup', 'evenkeel check -p shop', { type: 'backup' }],
];

const next = (other: Partial<NextFacts>): string => nextCommand({ ...facts, ...other }).command;

describe('what a person does next about a stack that is not back', () => {
  it.each<[string, string, Partial<NextFacts>]>([
    ['goes back to what served before, where that is kept whole', 'evenkeel rollback 2 -p shop', {}],
    ['goes back further, where it is not', 'evenkeel rollback 1 -p shop', { returnable: '1' }],
    ['deploys, where nothing can be gone back to', 'evenkeel deploy -p shop', { returnable: undefined }],
    [
      'starts what is down, where all of it is there',
      'docker start shop-api-1',
      { rows: [down('api', '2'), up('web', '2')], returnable: '1' },
    ],
    [
      'starts what is down by the order in which services start',
      'docker start shop-web-1 shop-api-1',
      { rows: [down('api', '2'), down('web', '2')], touched: ['web', 'api'], returnable: '1' },
    ],
    [
      'starts neither what had run to its end nor what had been stopped',
      'docker start shop-api-1',
      {
        rows: [ended('admin', '2', 'exited with 143'), down('api', '2'), ended('migrate', '2'), up('web', '2')],
        ...{ stands: true, returnable: '1' },
      },
    ],
    [
      'takes those for what they were, where all else runs',
      'evenkeel check -p shop',
      {
        rows: [ended('admin', '2', 'exited with 143'), up('api', '2'), ended('migrate', '2'), up('web', '2')],
        ...{ stands: true, returnable: '1' },
      },
    ],
    [
      'does not go back further from what is all there, and sick',
      'evenkeel check -p shop',
      {
        rows: [{ ...up('api', '2'), health: 'unhealthy', issue: 'fails its healthcheck' }, up('web', '2')],
        ...{ stands: true, returnable: '1' },
      },
    ],
    [
      'nor because of what was started again, and is well by now',
      'evenkeel check -p shop',
      {
        rows: [{ ...up('api', '2'), restarts: 3, issue: 'restarted 3 times' }, up('web', '2')],
        returnable: '1',
      },
    ],
    [
      'goes back further, where what is left of it crashes again and again',
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
    ...again.map(([name, command, run]): [string, string, Partial<NextFacts>] => [
      name,
      command,
      { rows: [up('api', '2'), up('web', '2')], touched: [], returnable: '1', run },
    ]),
    [
      'starts what a backup has left stopped',
      'docker start shop-api-1',
      { rows: [down('api', '2'), up('web', '2')], touched: [], returnable: '1', run: { type: 'backup' } },
    ],
    ['names the host where it has to', 'evenkeel rollback 2 -p shop --host alpha', { host: 'alpha' }],
    [
      'follows the newer run that has the stack, whatever else is there',
      "evenkeel follow 'deploy/any/shop/2'",
      { newer, unsettled: [{ volume: 'shop_pg', command: 'docker run x' }] },
    ],
    ['quotes its id', String.raw`evenkeel follow 'it'\''s mine'`, { newer: { ...newer, workflowId: "it's mine" } }],
    [
      'shows the newer run, where it is over',
      "evenkeel show 'deploy/any/shop/2'",
      { newer: { ...newer, ended: true } },
    ],
    ['does as without it after a backup', 'evenkeel rollback 2 -p shop', { newer: { ...backup, ended: true } }],
    [
      'shows a backup before which others may have had a turn',
      "evenkeel show 'deploy/any/shop/2'",
      { newer: { ...backup, ended: true, isNext: false } },
    ],
    [
      'puts data back before anything starts on it',
      'docker run x && docker run y && docker start shop-api-1',
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

  it('restores a backup of data whose old content is gone, once the other data is put back', () => {
    const lost = [{ volume: 'shop_pg', service: 'db' }];
    const unsettled = [{ volume: 'shop_state', command: 'docker run x' }];
    expect(nextCommand({ ...facts, lost }).command).toBe('evenkeel restore -p shop db');
    expect(nextCommand({ ...facts, lost, unsettled }).command).toBe('docker run x && evenkeel restore -p shop db');
    expect(nextCommand({ ...facts, lost }).means).toContain('what shop_pg had before is gone');
  });

  it('says of data which volumes, where, and what follows', () => {
    const unsettled = ['shop_pg', 'shop_state'].map((volume) => ({ volume, command: 'docker run x' }));
    const { means } = nextCommand({ ...facts, unsettled });
    expect(means).toBe(
      'on the host of shop, once nothing that runs uses it ' +
        '(stop what this shows: docker ps --filter volume=shop_pg --filter volume=shop_state), else it does nothing: ' +
        'puts the old content of shop_pg, shop_state back and says so, then ' +
        'brings release 2 back whole, once nothing is in its way',
    );
  });

  it('says of a backup that has the stack that it decides nothing', () => {
    expect(nextCommand({ ...facts, newer: backup }).means).toContain('leaves what serves as it is');
    expect(nextCommand({ ...facts, newer }).means).toContain('decides what serves');
  });

  it('warns of the files after a rollback, and calls a restore to mind', () => {
    const left = { ...facts, returnable: undefined };
    const meant = (type: string): string => nextCommand({ ...left, run: { type } }).means;
    expect(meant('rollback')).toContain('see first that it is not what the rollback was to get rid of');
    expect(meant('restore')).toContain('evenkeel restore BACKUP SERVICE -p shop');
  });
});
