import path from 'node:path';
import type { ServiceSpec } from '../spec/stack-spec.js';
import type { Cause } from './causes.js';
import type { ObservedContainer } from './observed-stack.js';
import type { ReleaseFacts, ServiceFacts } from './release-facts.js';

/**
 * Files, secrets and configs whose content is not what the service's containers were started with. Only containers of
 * the last release can be judged, or such as were made again as it had them: what others were given is unknown.
 */
export function contentChanges(service: ServiceSpec, containers: ObservedContainer[], last?: ReleaseFacts): Cause[] {
  const facts = last?.services[service.name];
  if (!facts || !containers.some((container) => isOf(facts, container))) return [];
  return Object.entries(service.contentHashes).flatMap(([key, hash]) => {
    const before = facts.contentHashes[key];
    return before === undefined || before === hash ? [] : [{ kind: 'content', text: `${nameOf(key)} changed` }];
  });
}

/** A rollback makes containers again: their ids are new, what they are made of is not. */
function isOf(facts: ServiceFacts, { id, imageId, configHash }: ObservedContainer): boolean {
  return facts.containerIds.includes(id) || (facts.imageId === imageId && facts.configHash === configHash);
}

/** `bind:/etc/nginx/nginx.conf` → `nginx.conf`, `secret:db` → `secret db`. */
function nameOf(key: string): string {
  const colon = key.indexOf(':');
  const [kind, name] = [key.slice(0, colon), key.slice(colon + 1)];
  return kind === 'bind' ? path.posix.basename(name) : `${kind} ${name}`;
}
