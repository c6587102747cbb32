import { z } from 'zod';
import { SKIPPABLE } from './skippable.js';
import { whenAsked } from './when-asked.js';

/** A Go-style duration as Compose writes it (`90s`, `1m30s`, `500ms`, `2h`) in milliseconds; undefined when it is not one. */
export function durationMs(text: string): number | undefined {
  const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  if (text === '0') return 0;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  if (parts.length === 0 || parts.map((part) => part[0]).join('') !== text) return undefined;
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * units[unit as string]!, 0);
}

/** A duration in a file or an input: text as Compose writes it, turned into milliseconds. */
export const duration = whenAsked(() =>
  z.string().transform((text, context) => {
    const ms = durationMs(text);
    if (ms === undefined) {
      context.addIssue(`"${text}" is not a duration; write it like 90s, 5m or 1h30m`);
      return z.NEVER;
    }
    return ms;
  }),
);

/** What every run is about. */
export const placeFields = whenAsked(() => ({
  /** The Compose project name under which the host's worker knows the stack. */
  stack: z
    .string({ error: 'name the stack to deploy, for example {"stack":"shop"}' })
    .regex(/^[a-z0-9][a-z0-9_-]*$/, 'a stack is named by its Compose project: lower-case letters, digits, - and _'),
  /** Which host, when several have a stack of this name. */
  host: z.string().min(1).optional(),
}));

/** What can be asked of a deployment, one by one. */
export const deployFields = whenAsked(() =>
  z.strictObject({
    ...placeFields(),
    /** Only these services, and what a change to them reaches. Empty: all of the stack. */
    services: z.array(z.string().min(1)).default([]),
    /** Build without the builder's cache. */
    noCache: z.boolean().default(false),
    /** Pull images that a service names, and base images of builds, even when a copy is here. */
    pull: z.boolean().default(false),
    /** Why, in the operator's words; kept with the release. */
    reason: z.string().max(1000).optional(),
    /** Who asks. Without Temporal authentication this is a claim. */
    performer: z.string().max(200).optional(),
    /** Plan only; nothing is built, pulled or touched. */
    dryRun: z.boolean().default(false),
    /** Parts of the runbook to leave out this once; a reason has to be given. */
    skip: z.array(z.enum(SKIPPABLE)).default([]),
    /** Wait for a person to approve the plan before anything is touched, also where the stack does not ask for that. */
    requireApproval: z.boolean().default(false),
    /** What to do while another run holds the stack. */
    whenBusy: z.enum(['refuse', 'queue']).default('refuse'),
    /** How long after it was asked for the release has to serve; else the run turns back. Default: as long as it takes. */
    deadline: duration().optional(),
    /** How long after it was asked for the run may still begin to work; older requests are rejected as stale. */
    startBy: duration().default(600_000),
  }),
);

/**
 * The input of the `deploy` workflow. Only `stack` is needed, so that a person can type `{"stack":"shop"}` into the
 * Temporal UI.
 */
export const deployInput = whenAsked(() =>
  deployFields().refine(({ skip, reason }) => skip.length === 0 || reason !== undefined, {
    error: 'say why something is skipped: "reason"',
    path: ['reason'],
  }),
);

/** A deployment as asked for, with every default filled in. */
export type DeployInput = z.output<ReturnType<typeof deployInput>>;
/** A deployment as somebody writes it. */
export type DeployRequest = z.input<ReturnType<typeof deployInput>>;
