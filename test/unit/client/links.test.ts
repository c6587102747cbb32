import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import { SAMPLE_LOOK_QUERIES, SAMPLE_QUERIES } from '../../../src/client/sample-inputs.js';
import { packageRoot } from '../../../src/package-root.js';
import { hostInId, stackInId } from '../../../src/client/runs.js';
import { uiAddress, uiLink } from '../../../src/client/ui-links.js';
import { browserEntries } from '../../../src/cli/render/browser-text.js';
import { backupRunId, checksNamespace, deployId, restoreRunId } from '../../../src/names.js';

it.each([
  ['127.0.0.1:7233', 'http://127.0.0.1:8233'],
  ['localhost:7300', 'http://127.0.0.1:8300'],
  ['ns.acct.tmprl.cloud:7233', 'https://cloud.temporal.io'],
  ['temporal.example.com:7233', undefined],
])('the UI of %s is at %s', (address, ui) => {
  expect(uiAddress(address)).toBe(ui);
});

it('a link encodes ids', () => {
  expect(uiLink('http://127.0.0.1:8233', 'default', 'deploy/any/shop/t', 'r')).toBe(
    'http://127.0.0.1:8233/namespaces/default/workflows/deploy%2Fany%2Fshop%2Ft/r',
  );
});

it('scheduled looks are found in their own namespace, whose account stays where Temporal Cloud has it', () => {
  expect([checksNamespace('default'), checksNamespace('shop.a1b2c')]).toEqual(['default-checks', 'shop-checks.a1b2c']);
  const { start, find } = browserEntries('http://127.0.0.1:8233', 'shop');
  const inLooks = find.filter(({ link }) => link.includes('/namespaces/shop-checks/workflows?query='));
  expect(inLooks.map(({ title }) => title)).toEqual(['scheduled looks that found something']);
  expect(start.filter(({ link }) => !link.includes('/namespaces/shop/'))).toEqual([]);
});

it('the sample queries are those of the README', async () => {
  const readme = await readFile(path.join(packageRoot(), 'README.md'), 'utf8');
  const row = ([title, query]: [string, string]) =>
    readme.split('\n').some((line) => line.startsWith(`| ${title}`) && line.endsWith(`| \`${query}\` |`));
  const samples = Object.entries({ ...SAMPLE_QUERIES, ...SAMPLE_LOOK_QUERIES });
  expect(samples.filter((sample) => !row(sample))).toEqual([]);
});

it('ids of our own making tell the stack, others do not', () => {
  expect(stackInId(deployId('any', 'shop', new Date(0)))).toBe('shop');
  expect(stackInId(backupRunId('any', 'shop', new Date(0)))).toBe('shop');
  expect(stackInId(restoreRunId('here', 'shop', new Date(0)))).toBe('shop');
  expect(stackInId('lease/here/shop/x')).toBeUndefined();
  expect(stackInId('0b9a5c1e')).toBeUndefined();
  expect(hostInId(deployId('any', 'shop', new Date(0)))).toBeUndefined();
  expect(hostInId(deployId('b', 'shop', new Date(0)))).toBe('b');
});
