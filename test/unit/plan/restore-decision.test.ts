import { describe, expect, it } from '@jest/globals';
import type { ObservedContainer } from '../../../src/plan/observed-stack.js';
import { allRunning, decideRestore, type RestoreFacts } from '../../../src/plan/restore-decision.js';

function container(id: string, more: Partial<ObservedContainer> = {}): ObservedContainer {
  return {
    id,
    name: `shop-api-${more.number ?? 1}`,
    service: 'api',
    number: 1,
    imageId: 'sha256:old',
    imageRef: 'shop-api',
    state: 'running',
    health: 'none',
    restartCount: 0,
    createdAtMs: 0,
    configHash: 'old',
    networks: [],
    ...more,
  };
}

const replaced = { imageId: 'sha256:new', configHash: 'new' };

function facts(more: Partial<RestoreFacts>): RestoreFacts {
  return {
    kept: {
      method: 'compose',
      imageId: 'sha256:old',
      configHash: 'old',
      containers: [{ number: 1, state: 'running' }],
    },
    captured: [{ id: 'a', number: 1 }],
    now: [container('a')],
    joinsIntact: true,
    volumesHeld: true,
    referenceUsable: true,
    contentDiffers: false,
    ...more,
  };
}

const stopped: RestoreFacts['kept'] = {
  method: 'compose',
  imageId: 'sha256:old',
  configHash: 'old',
  containers: [{ number: 1, state: 'stopped' }],
};
const inspectOnly: RestoreFacts['kept'] = { ...facts({}).kept!, method: 'inspect' };
const two: RestoreFacts['kept'] = {
  ...facts({}).kept!,
  containers: [
    { number: 1, state: 'running' },
    { number: 2, state: 'running' },
  ],
};

describe('decideRestore', () => {
  it('takes away a service that was not there', () => {
    const decision = decideRestore({ ...facts({ captured: [], now: [container('n')] }), kept: undefined });
    expect(decision).toEqual({ way: 'absent', remove: ['n'] });
  });

  it('leaves an untouched container alone', () => {
    expect(decideRestore(facts({}))).toEqual({ way: 'untouched', remove: [], start: [] });
  });

  it('starts the old container that a killed Compose had stopped, and removes the leftover', () => {
    const now = [
      container('a', { state: 'exited' }),
      container('l', { ...replaced, state: 'created', leftoverOf: 'a' }),
    ];
    expect(decideRestore(facts({ now }))).toEqual({ way: 'untouched', remove: ['l'], start: ['a'] });
  });

  it('starts what was stopped before where it is to run', () => {
    const now = [container('a', { state: 'exited' })];
    const kept = allRunning(stopped!);
    expect(decideRestore(facts({ kept, now }))).toEqual({ way: 'untouched', remove: [], start: ['a'] });
  });

  it('does not start what was stopped before', () => {
    const now = [container('a', { state: 'exited' })];
    expect(decideRestore(facts({ kept: stopped, now }))).toEqual({ way: 'untouched', remove: [], start: [] });
  });

  it('removes the containers that a larger scale added', () => {
    const now = [container('a'), container('b', { number: 2 })];
    expect(decideRestore(facts({ now }))).toEqual({ way: 'untouched', remove: ['b'], start: [] });
  });

  it('goes through Compose where its configuration is known', () => {
    expect(decideRestore(facts({ now: [container('n', replaced)] }))).toEqual({ way: 'compose', force: false });
  });

  it('makes it anew where nothing is left at all', () => {
    expect(decideRestore(facts({ now: [] }))).toEqual({ way: 'compose', force: false });
  });

  it('forces Compose where only content had changed', () => {
    expect(decideRestore(facts({ now: [container('n')] }))).toEqual({ way: 'compose', force: true });
  });

  it('makes a container anew that must be started and would see changed content', () => {
    const now = [container('a', { state: 'exited' })];
    expect(decideRestore(facts({ now, contentDiffers: true }))).toEqual({ way: 'compose', force: false });
  });

  it('makes a container anew whose network belonged to a container that is gone', () => {
    expect(decideRestore(facts({ joinsIntact: false }))).toEqual({ way: 'compose', force: true });
    expect(decideRestore(facts({ kept: inspectOnly, joinsIntact: false }))).toEqual({
      way: 'inspect',
      remove: ['a'],
      recreate: [1],
      start: [],
    });
  });

  it.each([
    ['its configuration is not known', { kept: inspectOnly }],
    ['an anonymous volume would be lost', { volumesHeld: false }],
    ['its digest is gone', { referenceUsable: false }],
  ])('goes by inspect where %s', (_, more) => {
    const decision = decideRestore(facts({ now: [container('n', replaced)], ...more }));
    expect(decision).toEqual({ way: 'inspect', remove: ['n'], recreate: [1], start: [] });
  });

  it.each([
    ['too many', [1, 2, 3]],
    ['the wrong one', [2]],
  ])('goes by inspect where Compose would come to other numbers: %s', (_, numbers) => {
    const captured = [1, 2].map((number) => ({ id: `old-${number}`, number }));
    const now = numbers.map((number) => container(`new-${number}`, { ...replaced, number }));
    expect(decideRestore(facts({ kept: two, captured, now }))).toMatchObject({ way: 'inspect', recreate: [1, 2] });
  });

  it('lets Compose count on from what is there', () => {
    const captured = [1, 2].map((number) => ({ id: `old-${number}`, number }));
    expect(decideRestore(facts({ kept: two, captured, now: [container('n', replaced)] })).way).toBe('compose');
  });

  it('makes only those again that are gone', () => {
    const captured = [
      { id: 'a', number: 1 },
      { id: 'b', number: 2 },
    ];
    const now = [container('n', replaced), container('b', { number: 2, state: 'exited' })];
    expect(decideRestore(facts({ kept: { ...two!, method: 'inspect' }, captured, now }))).toEqual({
      way: 'inspect',
      remove: ['n'],
      recreate: [1],
      start: ['b'],
    });
    expect(decideRestore(facts({ kept: two, captured, now }))).toEqual({ way: 'compose', force: false });
  });
});
