import type { z } from 'zod';
import { nearestOf } from './nearest.js';
import { DEFAULT_POLICY, healthOf, KNOWN_KEYS, policyOf, serviceSchema, stackSchema } from './schema.js';
import type { ConfiguredEndpoint, HealthPolicy, StackPolicy } from './stack-spec.js';

/** The name of the extension in a Compose file. */
export const EXTENSION = 'x-evenkeel';

/** Something in `x-evenkeel` that cannot be meant so. */
export interface PolicyIssue {
  /** From the root of the Compose file: `['services', 'api', 'x-evenkeel', 'helth']`. */
  path: (string | number)[];
  rule: 'unknown-key' | 'invalid-value' | 'unknown-service' | 'service-in-two-groups';
  /** What is wrong, without the path. */
  message: string;
  /** The key or service that was most likely meant. */
  nearest?: string;
}

export interface ReadPolicy {
  policy: StackPolicy;
  /** The health policy of every service: the stack's, save for what the service names itself. */
  serviceHealth: Record<string, HealthPolicy>;
  /** The endpoints of every service that lists some, or an empty list. */
  serviceEndpoints: Record<string, ConfiguredEndpoint[]>;
  /** All of them. A part of the file that has one counts as not written. */
  issues: PolicyIssue[];
}

/**
 * Reads `x-evenkeel`: `topLevel` as it stands at the top of the file, `services` as it stands in each service that has
 * it. `serviceNames` are all services that a group may name.
 */
export function readPolicy(topLevel: unknown, services: Record<string, unknown>, serviceNames: string[]): ReadPolicy {
  const issues: PolicyIssue[] = [];
  const read = <Schema extends z.ZodType>(schema: Schema, written: unknown, from: string[], keys: KnownKeys) => {
    const result = schema.safeParse(written ?? {});
    if (!result.success) issues.push(...result.error.issues.flatMap((issue) => issuesOf(issue, from, keys)));
    return result.data;
  };

  const top = read(stackSchema, topLevel, [EXTENSION], KNOWN_KEYS.stack);
  issues.push(...groupIssues(topLevel, serviceNames), ...commandIssues(topLevel, serviceNames));
  const policy = top === undefined ? DEFAULT_POLICY : policyOf(top);
  const serviceEndpoints: Record<string, ConfiguredEndpoint[]> = {};
  const health = serviceNames.map((name): [string, HealthPolicy] => {
    const own = read(serviceSchema, services[name], ['services', name, EXTENSION], KNOWN_KEYS.service);
    if (own?.endpoints) serviceEndpoints[name] = own.endpoints;
    return [name, healthOf(own?.health, policy.health)];
  });
  return { policy, serviceHealth: Object.fromEntries(health), serviceEndpoints, issues };
}

type KnownKeys = Readonly<Record<string, readonly string[]>>;

function issuesOf(issue: z.core.$ZodIssue, from: string[], known: KnownKeys): PolicyIssue[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  if (issue.code !== 'unrecognized_keys') {
    return [{ path: [...from, ...path], rule: 'invalid-value', message: issue.message }];
  }
  // The items of a list know the same keys.
  const keys = known[path.filter((part) => typeof part !== 'number').join('.')] ?? [];
  return issue.keys.map((key) => {
    const nearest = nearestOf(key, keys);
    const message = `"${key}" is no key of ${[EXTENSION, ...path].join('.')}${nearest ? '' : `; it knows ${keys.join(', ')}`}`;
    return { path: [...from, ...path, key], rule: 'unknown-key', message, ...(nearest && { nearest }) };
  });
}

/** Looks at what is written rather than at what was read, so that a mistake elsewhere does not hide these. */
function groupIssues(topLevel: unknown, serviceNames: string[]): PolicyIssue[] {
  const issues: PolicyIssue[] = [];
  const groupOf = new Map<string, string>();
  for (const [group, members] of Object.entries(writtenGroups(topLevel))) {
    if (!Array.isArray(members)) continue;
    for (const [at, service] of members.entries()) {
      if (typeof service !== 'string') continue;
      const path = [EXTENSION, 'groups', group, at];
      if (!serviceNames.includes(service)) {
        const nearest = nearestOf(service, serviceNames);
        issues.push({
          path,
          rule: 'unknown-service',
          message: `there is no service "${service}"`,
          ...(nearest && { nearest }),
        });
      }
      const other = groupOf.get(service);
      if (other !== undefined) {
        const message = `"${service}" is in the group ${other} already; a service has one group`;
        issues.push({ path, rule: 'service-in-two-groups', message });
      }
      groupOf.set(service, group);
    }
  }
  return issues;
}

function commandIssues(topLevel: unknown, serviceNames: string[]): PolicyIssue[] {
  const { rehearse } = (topLevel ?? {}) as { rehearse?: { commands?: unknown } | null };
  const commands = rehearse?.commands;
  if (typeof commands !== 'object' || commands === null) return [];
  return Object.keys(commands)
    .filter((service) => !serviceNames.includes(service))
    .map((service) => {
      const nearest = nearestOf(service, serviceNames);
      const path = [EXTENSION, 'rehearse', 'commands', service];
      const message = `there is no service "${service}"`;
      return { path, rule: 'unknown-service', message, ...(nearest && { nearest }) };
    });
}

function writtenGroups(topLevel: unknown): Record<string, unknown> {
  const { groups } = (topLevel ?? {}) as { groups?: unknown };
  return typeof groups === 'object' && groups !== null ? (groups as Record<string, unknown>) : {};
}
