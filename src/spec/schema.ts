import { z } from 'zod';
import { type ApprovalPolicy, APPROVED, DEFAULT_APPROVAL } from './approval.js';
import {
  BACKUP_KEYS,
  backupPolicyOf,
  backupSchema,
  DEFAULT_BACKUP,
  SERVICE_BACKUP_KEYS,
  serviceBackupSchema,
} from './backup-schema.js';
import { durationValue } from './duration-value.js';
import { ENDPOINT_KEYS, endpointsSchema } from './endpoint-schema.js';
import { readIgnored } from './ignored-lines.js';
import { LOG_FAMILIES, type LogFamily } from './log-families.js';
import { nearestOf } from './nearest.js';
import { RELEASES_KEYS, DEFAULT_RELEASES, releasesPolicyOf, releasesSchema } from './releases-policy.js';
import { SCHEDULE_KEYS, schedulePolicyOf, scheduleSchema } from './schedule.js';
import { size } from './size.js';
import type { HealthPolicy, StackPolicy } from './stack-spec.js';

/** `health`, with only what is written; a service's own names what differs from the stack's. */
export const healthSchema = block({
  timeout: durationValue().optional(),
  stable_for: durationValue().optional(),
  probe: oneOf('active', 'docker').optional(),
  on_inconclusive: oneOf('rollback', 'accept').optional(),
});

/** The stack's: a release is watched as a whole. */
const stackHealthSchema = block({ ...healthSchema.shape, probation: durationValue().optional() });

const startSchema = block({
  strategy: oneOf('waves', 'all-at-once').optional(),
  stagger: durationValue().optional(),
});

const limitsSchema = block({
  build_memory: size.optional(),
  build_disk: size.optional(),
  parallel_builds: parallelBuilds().optional(),
});

const rehearseSchema = block({
  mode: oneOf('auto', 'required', 'off').optional(),
  commands: rehearsalCommands().optional(),
});

const scanSchema = block({
  rules: logRules().optional(),
  ignore: ignoredLines().optional(),
  excerpt_lines: excerptLines().optional(),
});

const approvalSchema = block({
  before: z
    .array(oneOf(...APPROVED), { error: 'must be a list of what has to be approved: [deploy, rollback]' })
    .optional(),
  expires: durationValue().optional(),
  quorum: quorum().optional(),
});

/** `x-evenkeel` at the top level. */
export const stackSchema = block({
  groups: groups().nullish(),
  start: startSchema.nullish(),
  health: stackHealthSchema.nullish(),
  limits: limitsSchema.nullish(),
  scan: scanSchema.nullish(),
  backup: backupSchema.nullish(),
  rehearse: rehearseSchema.nullish(),
  approval: approvalSchema.nullish(),
  schedule: scheduleSchema.nullish(),
  releases: releasesSchema.nullish(),
});

/** `x-evenkeel` of a service. */
export const serviceSchema = block({
  health: healthSchema.nullish(),
  endpoints: endpointsSchema.nullish(),
  backup: serviceBackupSchema.nullish(),
});

/** Every key that may stand at a path, for naming the one that was meant. */
export const KNOWN_KEYS = {
  stack: {
    '': Object.keys(stackSchema.shape),
    start: Object.keys(startSchema.shape),
    health: Object.keys(stackHealthSchema.shape),
    limits: Object.keys(limitsSchema.shape),
    scan: Object.keys(scanSchema.shape),
    rehearse: Object.keys(rehearseSchema.shape),
    backup: BACKUP_KEYS,
    approval: Object.keys(approvalSchema.shape),
    schedule: SCHEDULE_KEYS,
    releases: RELEASES_KEYS,
  },
  service: {
    '': Object.keys(serviceSchema.shape),
    health: Object.keys(healthSchema.shape),
    endpoints: ENDPOINT_KEYS,
    backup: SERVICE_BACKUP_KEYS,
  },
} as const;

/** What holds for a stack that says nothing. */
export const DEFAULT_POLICY: StackPolicy = {
  groups: {},
  start: { strategy: 'waves', staggerMs: 0 },
  health: { timeoutMs: 300_000, stableForMs: 5000, probe: 'active', onInconclusive: 'rollback' },
  probationMs: 300_000,
  limits: { buildMemoryBytes: 2 * 1024 ** 3, buildDiskBytes: 5 * 1024 ** 3, parallelBuilds: 'auto' },
  scan: { rules: [...LOG_FAMILIES], ignore: [], excerptLines: 100 },
  rehearse: { mode: 'auto', commands: {} },
  backup: DEFAULT_BACKUP,
  releases: DEFAULT_RELEASES,
};

/** What is written, with defaults for the rest. */
export function policyOf({
  groups,
  start,
  health,
  limits,
  rehearse,
  scan,
  backup,
  approval,
  schedule: writtenSchedule,
  releases,
}: z.output<typeof stackSchema>): StackPolicy {
  const standard = DEFAULT_POLICY;
  const schedule = schedulePolicyOf(writtenSchedule);
  return {
    groups: groups ?? standard.groups,
    start: {
      strategy: start?.strategy ?? standard.start.strategy,
      staggerMs: start?.stagger ?? standard.start.staggerMs,
    },
    health: healthOf(health, standard.health),
    probationMs: health?.probation ?? standard.probationMs,
    limits: {
      buildMemoryBytes: limits?.build_memory ?? standard.limits.buildMemoryBytes,
      buildDiskBytes: limits?.build_disk ?? standard.limits.buildDiskBytes,
      parallelBuilds: limits?.parallel_builds ?? standard.limits.parallelBuilds,
    },
    scan: {
      rules: scan?.rules ?? standard.scan.rules,
      ignore: scan?.ignore ?? standard.scan.ignore,
      excerptLines: scan?.excerpt_lines ?? standard.scan.excerptLines,
    },
    rehearse: {
      mode: rehearse?.mode ?? standard.rehearse.mode,
      commands: rehearse?.commands ?? standard.rehearse.commands,
    },
    backup: backupPolicyOf(backup),
    releases: releasesPolicyOf(releases),
    ...(schedule ? { schedule } : {}),
    ...(approval ? { approval: approvalOf(approval) } : {}),
  };
}

function approvalOf(written: z.output<typeof approvalSchema>): ApprovalPolicy {
  return {
    before: written.before ?? DEFAULT_APPROVAL.before,
    expiresMs: written.expires ?? DEFAULT_APPROVAL.expiresMs,
    quorum: written.quorum ?? DEFAULT_APPROVAL.quorum,
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

function quorum() {
  const error = 'must be how many people have to approve (1 or more)';
  const count = z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)], { error });
  return count.pipe(z.number().int(error).min(1, error));
}

function rehearsalCommands() {
  const commands = z.array(z.string({ error: 'must be a command, as a shell would read it' }), {
    error: 'must be a list of commands',
  });
  return z.record(z.string(), commands, { error: 'must be a mapping: a service, and the commands to run in it' });
}

/** Whether a family has a rule of that name is for preflight to say, which knows them. */
function logRules() {
  const known = z.string({ error: 'must be a family of rules, or a rule' }).check((context) => {
    const family = context.value.split('/')[0]!;
    if (LOG_FAMILIES.includes(family as LogFamily)) return;
    const nearest = nearestOf(family, LOG_FAMILIES);
    const meant = nearest ? `did you mean ${nearest}?` : `the families are ${LOG_FAMILIES.join(', ')}`;
    context.issues.push({ code: 'custom', input: context.value, message: `there are no rules "${family}"; ${meant}` });
  });
  return z.array(known, { error: 'must be a list of families of rules (ssl), and of rules (ssl/certificate-expired)' });
}

function ignoredLines() {
  const pattern = z.string({ error: 'must be a text' }).check((context) => {
    const { error } = readIgnored(context.value);
    if (error !== undefined) context.issues.push({ code: 'custom', input: context.value, message: error });
  });
  return z.array(pattern, { error: 'must be a list of texts, or of /regular expressions/' });
}

function excerptLines() {
  const error = 'must be how many lines an excerpt has at most (1 to 1000)';
  const count = z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)], { error });
  return count.pipe(z.number().int(error).min(1, error).max(1000, error));
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
