import { describe, expect, it } from '@jest/globals';
import { judgeLeftovers } from '../../../src/docker/leftovers.js';
import type { ObservedContainer } from '../../../src/plan/observed-stack.js';

function container(id: string, more: Partial<ObservedContainer> = {}): ObservedContainer {
  return {
    id,
    name: 'shop-api-1',
    service: 'api',
    number: 1,
    imageId: 'sha256:1',
    imageRef: 'shop-api',
    state: 'running',
    health: 'none',
    restartCount: 0,
    createdAtMs: 0,
    configHash: 'h',
    networks: [],
    ...more,
  };
}

const old = 'a'.repeat(64);
const leftover = container('b'.repeat(64), { name: `${'a'.repeat(12)}_shop-api-1`, state: 'created', leftoverOf: old });

describe('judgeLeftovers', () => {
  it('finds nothing to do where Compose ended well', () => {
    expect(judgeLeftovers([container(old)])).toEqual({ remove: [], force: false });
  });

  it('removes the leftover while the old container is there, running or stopped', () => {
    expect(judgeLeftovers([container(old), leftover])).toEqual({ remove: [leftover.id], force: false });
    expect(judgeLeftovers([container(old, { state: 'exited' }), leftover])).toEqual({
      remove: [leftover.id],
      force: false,
    });
  });

  it.each(['shop-api-1', 'a'.repeat(12)])('knows the old container as %s too', (leftoverOf) => {
    expect(judgeLeftovers([container(old), { ...leftover, leftoverOf }]).remove).toEqual([leftover.id]);
  });

  it('has a leftover recreated that alone holds the volumes', () => {
    expect(judgeLeftovers([leftover])).toEqual({ remove: [], force: true });
  });

  it('has a container recreated that was created and perhaps not filled', () => {
    expect(judgeLeftovers([container(old, { state: 'created' })])).toEqual({ remove: [], force: true });
  });
});
