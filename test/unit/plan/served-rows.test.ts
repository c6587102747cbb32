import { expect, it } from '@jest/globals';
import type { ObservedContainer } from '../../../src/plan/observed-stack.js';
import { ranIn, type ServedFacts, servedRows } from '../../../src/plan/served-rows.js';
import { servedTexts, whatServesText } from '../../../src/spec/what-serves.js';

const BEGAN = 1000;

function container(service: string, rest: Partial<ObservedContainer> = {}): ObservedContainer {
  return {
    ...{ id: service, name: `shop-${service}-1`, service, number: 1, imageId: 'old', imageRef: `${service}:1` },
    ...{ state: 'running', health: 'none', restartCount: 0, createdAtMs: 0, configHash: 'h2', networks: [] },
    ...rest,
  };
}

const known = (configHash: string, ...ids: string[]) => ({
  ...{ imageId: 'old', configHashes: [configHash] },
  containers: ids.map((id) => ({ id, name: `shop-${id}-1`, state: 'running' as const })),
});

/** Release 2 served before, release 1 before that. */
const facts: ServedFacts = {
  containers: [],
  releases: [
    { id: '2', services: { api: known('h2', 'api-before'), web: known('h2', 'web') } },
    { id: '1', services: { api: known('h1', 'api-first'), web: known('h1') } },
  ],
  ...{ back: [], touched: ['api'], beganAtMs: BEGAN },
};

const told = (containers: ObservedContainer[], other: Partial<ServedFacts> = {}): string[] =>
  servedTexts(servedRows({ ...facts, containers, ...other }));

it('knows a container of a release by its id, or by image and configuration', () => {
  expect(told([container('api', { id: 'made-again' }), container('web', { configHash: 'h9' })])).toEqual([
    'api: release 2 (shop-api-1)',
    'web: release 2 (shop-web-1)',
  ]);
  expect(told([container('api', { id: 'x', configHash: 'h1' }), container('web')])[0]).toBe(
    'api: release 1 (shop-api-1)',
  );
});

it('takes a service that is back for what it was, whatever label it carries with copies of its files', () => {
  const other = container('api', { id: 'x', configHash: 'with copies', createdAtMs: BEGAN + 5 });
  expect(told([other, container('web')], { back: ['api'] })[0]).toBe('api: release 2 (shop-api-1)');
  expect(told([{ ...other, imageId: 'new' }, container('web')], { back: ['api'] })[0]).toBe(
    'api: what this run made (shop-api-1)',
  );
});

it('tells what the run made from what is of nobody knows whom', () => {
  const strange = (createdAtMs: number) => container('api', { imageId: 'new', createdAtMs });
  expect(told([strange(BEGAN - 1)])[0]).toBe('api: none of its releases, api:1 (shop-api-1)');
  expect(told([strange(BEGAN)])[0]).toBe('api: what this run made (shop-api-1)');
  expect(told([strange(BEGAN)], { touched: [] })[0]).toBe('api: none of its releases, api:1 (shop-api-1)');
});

it('says that nothing runs, and how what is there is', () => {
  const second = container('api', { id: 'b', name: 'shop-api-2', number: 2, state: 'exited', exitCode: 137 });
  expect(told([container('api'), second, container('web', { state: 'created' })])).toEqual([
    'api: release 2 (shop-api-1), release 2 (shop-api-2 exited with 137)',
    'web: nothing runs; release 2 (shop-web-1 is created)',
  ]);
  expect(told([])).toEqual(['api: nothing runs; it has no container', 'web: nothing runs; it has no container']);
});

it('knows which containers of a release ran, of those that it had', () => {
  const others = [
    { id: 'm', name: 'shop-migrate-1', state: 'completed' as const },
    { id: 's', name: 'shop-admin-1', state: 'stopped' as const },
  ];
  const [second, first] = facts.releases;
  const api = { ...second!.services['api']!, containers: [...second!.services['api']!.containers, ...others] };
  const releases = [{ ...second!, services: { ...second!.services, api } }, first!];
  expect(ranIn({ releases }, '2')).toEqual(['shop-api-before-1', 'shop-web-1']);
  expect(ranIn({ releases }, undefined)).toEqual([]);
});

it('comes to one sentence where there is one line', () => {
  const next = { command: 'evenkeel rollback 2 -p shop', means: 'brings release 2 back' };
  const serves = servedRows({ ...facts, containers: [container('web')] });
  expect(whatServesText({ serves, next })).toBe(
    'Now: api: nothing runs; it has no container; web: release 2 (shop-web-1). ' +
      'Next: evenkeel rollback 2 -p shop (brings release 2 back)',
  );
  expect(whatServesText({ next })).toBe('Next: evenkeel rollback 2 -p shop (brings release 2 back)');
  expect(whatServesText({})).toBe('');
});
