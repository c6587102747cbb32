import { z } from 'zod';
import { durationValue } from './duration-value.js';
import type { ConfiguredEndpoint } from './stack-spec.js';

const DEFAULT_TIMEOUT_MS = 5000;
const LONGEST_TIMEOUT_MS = 60_000;
const HTTPS_PORTS = [443, 8443];

/** Keys that may stand in an item of `endpoints`. */
export const ENDPOINT_KEYS = ['http', 'https', 'tcp', 'port', 'status', 'timeout'];

const FORM = 'write { http: /path, port: 8080 }, { https: /path, port: 8443 } or { tcp: 5432 }';

const path = z
  .string({ error: 'must be a path, like /health' })
  .regex(/^\/[\x21-\x7e]*$/, 'must be a path that begins with / and has no blanks, like /health');
const timeout = durationValue('must be a duration, like 5s or 500ms').refine(
  (ms) => ms > 0 && ms <= LONGEST_TIMEOUT_MS,
  'must be more than 0 and at most 60s',
);

const written = z.strictObject(
  {
    http: path.optional(),
    https: path.optional(),
    tcp: number(1, 65_535, 'must be a port, from 1 to 65535').optional(),
    port: number(1, 65_535, 'must be the port within the container, from 1 to 65535').optional(),
    status: number(100, 599, 'must be a status of HTTP, from 100 to 599').optional(),
    timeout: timeout.optional(),
  },
  { error: `must be a mapping: ${FORM}` },
);

/** `endpoints` of a service: what has to answer once it is well. */
export const endpointsSchema = z.array(written.transform(endpointOf), { error: `must be a list: ${FORM}` });

function endpointOf(item: z.output<typeof written>, context: z.RefinementCtx): ConfiguredEndpoint {
  // An unknown key may be what is missing.
  if (context.issues.length > 0) return z.NEVER;
  const { http, https, tcp, port, status, timeout: timeoutMs = DEFAULT_TIMEOUT_MS } = item;
  const wrong = (message: string, ...at: string[]): never => {
    context.addIssue({ code: 'custom', message, path: at });
    return z.NEVER;
  };
  if ([http, https, tcp].filter((one) => one !== undefined).length !== 1) {
    return wrong(`must have one of http, https and tcp: ${FORM}`);
  }
  if (tcp !== undefined) {
    if (port !== undefined) return wrong('belongs to http and https; the port of tcp is its value', 'port');
    if (status !== undefined) return wrong('belongs to http and https; tcp has no status', 'status');
    return { kind: 'tcp', port: tcp, timeoutMs };
  }
  if (port === undefined) return wrong('has no port: add the port within the container, like port: 8080');
  const scheme = https !== undefined || HTTPS_PORTS.includes(port) ? 'https' : 'http';
  return { kind: 'http', scheme, port, path: (http ?? https)!, status: status ?? 200, timeoutMs };
}

/** A number that came out of a variable is text. */
function number(least: number, most: number, error: string) {
  return z
    .union([z.number(), z.string().regex(/^\d+$/).transform(Number)], { error })
    .pipe(z.number().int(error).min(least, error).max(most, error));
}
