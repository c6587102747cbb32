import { describe, expect, it } from '@jest/globals';
import type { ObservedContainer } from '../../../src/plan/observed-stack.js';
import type { Step } from '../../../src/plan/plan.js';
import { isReplaced } from '../../../src/plan/replace-decision.js';

const step: Step = {
  kind: 'replace',
  service: 'api',
  because: ['image changed'],
  force: false,
  scale: 1,
  image: { ref: 'shop-api', id: 'sha256:new' },
  configHash: 'new',
  replaces: ['a'],
  gate: { kind: 'long-running', timeoutMs: 1000, stableForMs: 0, probe: 'active', onInconclusive: 'rollback' },
};

const fresh: ObservedContainer = {
  id: 'n',
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
};

describe('isReplaced', () => {
  it('is reached by a new container of the planned image and configuration', () => {
    expect(isReplaced(step, [fresh])).toBe(true);
    expect(isReplaced({ ...step, replaces: [] }, [fresh])).toBe(true);
  });

  it('is reached by a container that has ended since: that is for the gate to judge', () => {
    expect(isReplaced(step, [{ ...fresh, state: 'exited', exitCode: 1 }])).toBe(true);
  });

  it.each<[string, Partial<ObservedContainer>]>([
    ['another image', { imageId: 'sha256:old' }],
    ['another configuration', { configHash: 'old' }],
    ['a container that was never started', { state: 'created' }],
    ['a leftover', { leftoverOf: 'a' }],
  ])('is not reached by %s', (_, more) => {
    expect(isReplaced(step, [{ ...fresh, ...more }])).toBe(false);
  });

  it('is not reached at another scale', () => {
    expect(isReplaced(step, [])).toBe(false);
    expect(isReplaced(step, [fresh, { ...fresh, id: 'm', number: 2 }])).toBe(false);
    expect(isReplaced({ ...step, scale: 0 }, [])).toBe(true);
  });

  it('lets Compose keep an equal container, unless it has to go', () => {
    const old = { ...fresh, id: 'a' };
    expect(isReplaced(step, [old])).toBe(true);
    expect(isReplaced(step, [{ ...old, state: 'exited' }])).toBe(false);
    expect(isReplaced({ ...step, force: true }, [old])).toBe(false);
    expect(isReplaced({ ...step, kind: 'run-again' }, [old])).toBe(false);
  });
});
