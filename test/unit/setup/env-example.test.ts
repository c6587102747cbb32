import { expect, test } from '@jest/globals';
import { fillExample } from '../../../scripts/setup/env-example.mjs';

test('empty passwords and the listed variables get values, everything else stays', () => {
  const example = [
    '# SHOP_DB_PASSWORD= is required',
    'SHOP_DB_PASSWORD=',
    'SHOP_SET_PASSWORD=chosen',
    'SHOP_BROKEN=',
    '#SHOP_IMAGE=postgres:16',
    'SHOP_OTHER_IMAGE=redis:7',
    '#SHOP_OLD_PASSWORD=',
    '',
  ].join('\n');

  const filled = fillExample(example, { SHOP_IMAGE: 'mine:1', SHOP_OTHER_IMAGE: 'mine:2' }, () => 'random');

  expect(filled.split('\n')).toEqual([
    '# SHOP_DB_PASSWORD= is required',
    'SHOP_DB_PASSWORD=random',
    'SHOP_SET_PASSWORD=chosen',
    'SHOP_BROKEN=',
    'SHOP_IMAGE=mine:1',
    'SHOP_OTHER_IMAGE=mine:2',
    '#SHOP_OLD_PASSWORD=',
    '',
  ]);
});
