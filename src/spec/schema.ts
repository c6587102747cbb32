import { z } from 'zod';
import { duration } from './deploy-input.js';
import { size } from './size.js';
import type { HealthPolicy, StackPolicy } from './stack-spec.js';

/** `health`, with only what is written; a service's own names what differs from the stack's. */
export const healthSchema = block({
  timeout: durationValue().optional(),
  stable_for: durationValue().optional(),
  probe: oneOf('active', 'docker').optional(),
  on_inconclusive: oneOf('rollback', 'accept').optional(),
});

const startSchema = block({
  strategy: oneOf('waves', 'all-at-once').optional(),
  stagger: durationValue().optional(),
});

const limitsSchema = block({
  build_memory: size.optional(),
  build_disk: size.optional(),
  parallel_builds: parallelBuilds().optional(),
});

/** `x-evenkeel` at the top level. */
export const stackSchema = block({
  groups: groups().nullish(),
  start: startSchema.nullish(),
  health: healthSchema.nullish(),
  limits: limitsSchema.nullish(),
});

/** `x-evenkeel` of a service. */
export const serviceSchema = block({ health: healthSchema.nullish() });

/** Every key that may stand at a path, for naming the one that was meant. */
export const KNOWN_KEYS = {
  stack: {
    '': Object.keys(stackSchema.shape),
    start: Object.keys(startSchema.shape),
    health: Object.keys(healthSchema.shape),
    limits: Object.keys(limitsSchema.shape),
  },
  service: { '': Object.keys(serviceSchema.shape), health: Object.keys(healthSchema.shape) },
} as const;

/** What holds for a stack that says nothing. */
export const DEFAULT_POLICY: StackPolicy = {
  groups: {},
  start: { strategy: 'waves', staggerMs: 0 },
  health: { timeoutMs: 300_000, stableForMs: 5000, probe: 'active', onInconclusive: 'rollback' },
  limits: { buildMemoryBytes: 2 * 1024 ** 3, buildDiskBytes: 5 * 1024 ** 3, parallelBuilds: 'auto' },
};

/** What is written, with defaults for the rest. */
export function policyOf({ groups, start, health, limits }: z.output<typeof stackSchema>): StackPolicy {
  const standard = DEFAULT_POLICY;
  return {
    groups: groups ?? standard.groups,
    start: {
      strategy: start?.strategy ?? standard.start.strategy,
      staggerMs: start?.stagger ?? standard.start.staggerMs,
    },
    health: healthOf(health, standard.health),
    limits: {
      buildMemoryBytes: limits?.build_memory ?? standard.limits.buildMemoryBytes,
      buildDiskBytes: limits?.build_disk ?? standard.limits.buildDiskBytes,
      parallelBuilds: limits?.parallel_builds ?? standard.limits.parallelBuilds,
    },
  };
}

/** What is written, with the rest as in `otherwise`. */
export function healthOf(
  written: z.output<typeof healthSchema> | null | undefined,
  otherwise: HealthPolicy,
): HealthPolicy {
  return {
    timeoutMs: written?.timeout ?? otherwise.timeoutMs,
    stableForMs: written?.stable_for ?? otherwise.stableForMs,
    probe: written?.probe ?? otherwise.probe,
    onInconclusive: written?.on_inconclusive ?? otherwise.onInconclusive,
  };
}

function block<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  // Unknown keys are told apart from this by their code, and get words of their own.
  return z.strictObject(shape, { error: 'must be a mapping of keys' });
}

function durationValue() {
  // YAML reads `0` and `5` as numbers.
  return z
    .union([z.string(), z.number()], { error: 'must be a duration, like 90s, 5m or 1h30m' })
    .transform(String)
    .pipe(duration);
}

function oneOf<const Options extends readonly [string, ...string[]]>(...options: Options) {
  return z.enum(options, { error: ({ input }) => `${shown(input)} is not one of: ${options.join(', ')}` });
}

function parallelBuilds() {
  const error = 'must be auto, or how many images may be built at once (1 or more)';
  // A number that came out of a variable is text.
  const count = z
    .union([z.number(), z.string().regex(/^\d+$/).transform(Number)])
    .pipe(z.number().int(error).min(1, error));
  return z.union([z.literal('auto'), count], { error });
}

function groups() {
  const members = z.array(z.string({ error: 'must be the name of a service' }), {
    error: 'must be a list of services',
  });
  return z.record(z.string(), members, { error: 'must be a mapping: the name of a group, and its list of services' });
}

function shown(input: unknown): string {
  return typeof input === 'string' ? `"${input}"` : 'this';
}
