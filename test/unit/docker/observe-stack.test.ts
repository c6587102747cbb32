import { describe, expect, it } from '@jest/globals';
import type { Engine } from '../../../src/docker/engine.js';
import { observeStack } from '../../../src/docker/observe-stack.js';
import type { StackSpec } from '../../../src/spec/stack-spec.js';

describe('observeStack', () => {
  it('asks for the project’s things and for those that the spec names', async () => {
    const asked: unknown[] = [];
    const engine = {
      containers: async (project: string) => (asked.push(project), []),
      networks: async (project: string, names: string[]) => (asked.push([project, names]), []),
      volumes: async (project: string, names: string[]) => (asked.push([project, names]), []),
      imageId: async (reference: string) => (reference === 'shop-api' ? 'sha256:1' : null),
    } as unknown as Engine;
    const spec = {
      project: 'shop',
      services: { api: { image: 'shop-api' }, worker: { image: 'shop-api' }, web: { image: 'nginx' } },
      networks: { front: { name: 'shop_front' }, shared: { name: 'traefik' } },
      volumes: { db: { name: 'shop_db' } },
    } as unknown as StackSpec;

    const observed = await observeStack(engine, spec);
    expect(observed.images).toEqual({ 'shop-api': 'sha256:1', nginx: null });
    expect(asked).toEqual(['shop', ['shop', ['shop_front', 'traefik']], ['shop', ['shop_db']]]);
  });
});
