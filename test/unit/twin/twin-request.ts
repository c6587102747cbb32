import { mapping, specFromRendered } from '../../../src/spec/from-rendered.js';
import { deriveTwin, type DerivedTwin, type TwinRequest } from '../../../src/twin/derive-twin.js';
import { POLICY } from '../plan/stack.js';

export const PROJECT = 'shop-twin-3f2a91c0';
export const OWN_FOLDER = '/state/run/twin';

type Mapping = Record<string, unknown>;

/** What a twin is derived from, for a rendered file that says only what the test is about. */
export function requestFor(
  rendered: Mapping,
  special: Partial<TwinRequest> & Pick<TwinRequest, 'changed'>,
): TwinRequest {
  const spec = specFromRendered(rendered, {
    project: 'shop',
    policy: POLICY,
    health: {},
    inactiveServices: [],
    configHashes: {},
    contentHashes: {},
  });
  const nothing = { stores: [], inStack: [], binds: {}, copiesFolder: `${OWN_FOLDER}/files` };
  return { rendered, spec, project: PROJECT, ...nothing, ...special };
}

/** Derives a twin that has somebody on it. */
export function twinOf(...[rendered, special]: Parameters<typeof requestFor>): DerivedTwin {
  const derived = deriveTwin(requestFor(rendered, special));
  if (!('document' in derived)) throw new Error(`nobody is on the twin: ${JSON.stringify(derived.outside)}`);
  return derived;
}

/** One service as it stands on the twin. */
export function serviceOf({ document }: DerivedTwin, name: string): Mapping {
  return mapping(mapping(document['services'])[name]);
}
