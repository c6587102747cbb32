import type { StackSpec } from '../spec/stack-spec.js';
import { dependenciesOf } from './blast-radius.js';
import { waves } from './waves.js';

/**
 * The services that have to rest while the data of some is replaced: these, and whatever depends on them or joins them, in
 * the order in which they start. A service never comes before what it depends on, whatever the policy says of deployments.
 */
export function restingWaves(spec: StackSpec, holders: string[]): string[][] {
  const resting = Object.keys(spec.services).filter(
    (name) => holders.includes(name) || [...dependenciesOf(spec, name)].some((other) => holders.includes(other)),
  );
  const inOrder: StackSpec = {
    ...spec,
    policy: { ...spec.policy, start: { ...spec.policy.start, strategy: 'waves' } },
  };
  return waves(inOrder, { changed: resting, oneShots: [], judged: [] });
}
