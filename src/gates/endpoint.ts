/** What a service is asked from outside, and who said that it would answer. */
export type Endpoint = HttpEndpoint | TcpEndpoint;

/**
 * Who named an endpoint: the operator (`configured`), the service's healthcheck, or nobody: it publishes the port. What
 * was not configured is a guess, and is judged with more patience.
 */
export type EndpointOrigin = 'configured' | 'healthcheck' | 'published';

/** An HTTP request. */
export interface HttpEndpoint {
  kind: 'http';
  scheme: 'http' | 'https';
  /** The port within the container. */
  port: number;
  /** With its query, which may hold secrets: show it by `shownEndpoint` only. */
  path: string;
  /** Asked within the container, this is where: a server may listen on one loopback address only. */
  loopback: '127.0.0.1' | '::1';
  /** The status that counts as well; of a configured endpoint only. */
  status?: number;
  timeoutMs: number;
  origin: EndpointOrigin;
}

/** A TCP connection. */
export interface TcpEndpoint {
  kind: 'tcp';
  /** The port within the container. */
  port: number;
  loopback: '127.0.0.1' | '::1';
  timeoutMs: number;
  origin: EndpointOrigin;
}

/** What an attempt to reach an endpoint came to. */
export type Answer =
  /** An HTTP answer; a redirect is one of these, and is not followed. */
  | { kind: 'status'; status: number }
  /** It took the connection; of TCP only. */
  | { kind: 'connected' }
  /** Nobody listens, or the connection was closed without a word. */
  | { kind: 'refused'; what: string }
  /** It took the connection and did not answer in time. */
  | { kind: 'timeout' }
  /** It answered, but not in HTTP. */
  | { kind: 'garbled'; what: string }
  /** There is no way to it from here: nothing was learned. */
  | { kind: 'unreachable'; what: string };

/** What is said where a connection was not taken; else it was, and closed without a word. */
export const NOBODY_LISTENS = 'refuses connections';

/** An answer, and how it was come by. */
export interface Reached {
  answer: Answer;
  /** `published at 127.0.0.1:8080`, `at 172.18.0.3`, `by curl within the container`. */
  via: string;
  durationMs: number;
  /** Of TLS: nobody has looked at the certificate. */
  unverified?: boolean;
}

/** The endpoint as people may see it: its service as host, and no query, which may hold a token. */
export function shownEndpoint(endpoint: Endpoint, service: string): string {
  if (endpoint.kind === 'tcp') return `tcp://${service}:${endpoint.port}`;
  const [path, query] = endpoint.path.split(/\?(.*)/s, 2);
  return `${endpoint.scheme}://${service}:${endpoint.port}${path}${query === undefined ? '' : '?…'}`;
}

/** The `Host` that an HTTP endpoint is asked for: servers that mind the name let this one in. */
export function hostHeader({ scheme, port }: HttpEndpoint): string {
  return port === (scheme === 'https' ? 443 : 80) ? 'localhost' : `localhost:${port}`;
}
