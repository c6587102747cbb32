import type { ConfiguredEndpoint } from '../spec/stack-spec.js';
import type { Endpoint } from './endpoint.js';
import type { Healthcheck } from './healthcheck.js';
import { addressesIn } from './healthcheck-addresses.js';

/** How long an endpoint may take that nobody has configured. */
export const ENDPOINT_TIMEOUT_MS = 5000;

/** What is known of a container, before anything is asked of it. */
export interface EndpointFacts {
  /** What the operator wrote; absent where nothing was. An empty list says that there is nothing to ask. */
  configured?: ConfiguredEndpoint[] | undefined;
  healthcheck?: Pick<Healthcheck, 'command'> | undefined;
  /** The container's environment, which a healthcheck's command may refer to. */
  environment: Record<string, string>;
  /** Container ports that it publishes over TCP. */
  published: number[];
}

/** Which endpoints to test: as configured, else those that its healthcheck asks, else a connection to each port that it publishes. */
export function endpointsOf({ configured, healthcheck, environment, published }: EndpointFacts): Endpoint[] {
  if (configured) return configured.map(fromConfiguration);
  const asked = healthcheck ? addressesIn(healthcheck.command, environment) : [];
  if (asked.length > 0) {
    return asked.map((address) => ({ ...address, timeoutMs: ENDPOINT_TIMEOUT_MS, origin: 'healthcheck' }));
  }
  return [...new Set(published)].map((port) => ({
    ...{ kind: 'tcp', port, loopback: '127.0.0.1' },
    ...{ timeoutMs: ENDPOINT_TIMEOUT_MS, origin: 'published' },
  }));
}

function fromConfiguration(written: ConfiguredEndpoint): Endpoint {
  return { ...written, loopback: '127.0.0.1', origin: 'configured' };
}
