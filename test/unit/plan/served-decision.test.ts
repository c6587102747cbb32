import { describe, expect, it } from '@jest/globals';
import type { ObservedContainer } from '../../../src/plan/observed-stack.js';
import type { GateSpec, Step } from '../../../src/plan/plan.js';
import { unservedReason } from '../../../src/plan/served-decision.js';

function container(more: Partial<ObservedContainer> = {}): ObservedContainer {
  return {
    id: 'a',
    name: 'shop-api-1',
    service: 'api',
    number: 1,
    imageId: 'sha256:new',
    imageRef: 'shop-api',
    state: 'running',
    health: 'none',
    restartCount: 0,
    createdAtMs: 0,
    configHash: 'new',
    networks: [],
    ...more,
  };
}

function step(more: Partial<Step> = {}, gate: Partial<GateSpec> = {}): Step {
  return {
    kind: 'replace',
    service: 'api',
    because: ['image changed'],
    force: false,
    scale: 1,
    image: { ref: 'shop-api', id: 'sha256:new' },
    configHash: 'new',
    replaces: [],
    gate: { kind: 'long-running', timeoutMs: 1, stableForMs: 0, probe: 'active', onInconclusive: 'rollback', ...gate },
    ...more,
  };
}

const reason = (asked: Step, ...now: ObservedContainer[]) => unservedReason(asked, now, [asked.configHash, 'alone']);
const ended = { state: 'exited', exitCode: 0 } as const;

describe('unservedReason', () => {
  it.each<[string, Step, ObservedContainer]>([
    ['it runs as asked', step(), container()],
    ['Compose labels it otherwise', step(), container({ configHash: 'alone' })],
    ['its label tells nothing', step({ configHash: '' }), container({ configHash: 'any' })],
    ['a one-shot has ended', step({}, { kind: 'one-shot' }), container(ended)],
    ['it may end, and has', step({}, { mayEnd: true }), container(ended)],
    ['it was sick and still is', step({ kind: 'judge' }, { wasSick: true }), container({ state: 'restarting' })],
    ['it is only judged', step({ kind: 'judge' }), container({ imageId: 'sha256:other', configHash: 'other' })],
  ])('is none where %s', (_, asked, now) => {
    expect(reason(asked, now)).toBeUndefined();
  });

  it.each<[string, Step, ObservedContainer[]]>([
    ['another image', step(), [container({ imageId: 'sha256:other' })]],
    ['another configuration', step(), [container({ configHash: 'other' })]],
    ['exited (0)', step(), [container(ended)]],
    ['exited (1)', step({}, { kind: 'one-shot' }), [container({ state: 'exited', exitCode: 1 })]],
    ['created', step({ kind: 'judge' }), [container({ state: 'created' })]],
    ['restarting', step(), [container({ state: 'restarting' })]],
    ['0 containers instead of 1', step(), []],
    ['temporary name', step(), [container({ leftoverOf: 'x' })]],
  ])('is told: %s', (words, asked, now) => {
    expect(reason(asked, ...now)).toContain(words);
  });
});
