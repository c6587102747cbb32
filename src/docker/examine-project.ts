import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { composeFailure } from '../spec/compose-says.js';
import { composeWarnings } from '../spec/compose-warnings.js';
import { interpolationEnvironment } from '../spec/env-file.js';
import type { Finding } from '../spec/finding.js';
import { mapping } from '../spec/from-rendered.js';
import { missingVariables } from '../spec/missing-variables.js';
import { namedValues, writtenValues } from '../spec/named-values.js';
import { placeholderSecrets } from '../spec/placeholder-secrets.js';
import { findingsFrom, type SourceFile } from '../spec/places.js';
import { EXTENSION, readPolicy } from '../spec/policy.js';
import { redactor, secretValuesOf } from '../spec/redact.js';
import { DEFAULT_POLICY } from '../spec/schema.js';
import type { ConfiguredEndpoint, HealthPolicy, StackPolicy } from '../spec/stack-spec.js';
import { appleDoubles } from './apple-double-count.js';
import type { ProjectFiles } from './compose-command.js';
import { withIncluded } from './included-files.js';
import { allServices, renderConfig } from './render-config.js';
import { secretContents } from './secret-contents.js';

/** What is known of a project's configuration before anything is made of it. */
export interface Examination {
  /** All that is wrong with it, errors and warnings; free of values. */
  findings: Finding[];
  /** As Compose renders it; absent where Compose refuses the project. Holds secrets. */
  yaml?: string;
  rendered?: Record<string, unknown>;
  policy: StackPolicy;
  /** The health policy of each service. */
  health: Record<string, HealthPolicy>;
  /** The endpoints of each service that lists them. */
  endpoints: Record<string, ConfiguredEndpoint[]>;
  /** Services of profiles that are not active. */
  inactiveServices: string[];
  /** What Compose interpolated with: `env` over the env files. Holds secrets. */
  environment: Record<string, string>;
  /** Values that must not appear in any text. */
  secretValues: string[];
}

/**
 * Renders a project and looks at everything that can be wrong with its files; changes nothing. `env` is what Compose is
 * given: nothing else of the shell counts.
 */
export async function examineProject(project: ProjectFiles, env: Record<string, string>): Promise<Examination> {
  const envFiles = await envFilesOf(project);
  const environment = interpolationEnvironment(
    envFiles.map(({ text }) => text),
    env,
  );
  const [{ yaml, rendered, failure, warnings, sources }, everyService] = await Promise.all([
    renderConfig(project, env),
    allServices(project, env),
  ]);
  const shown = ({ file, text }: SourceFile): SourceFile => ({ file: shownName(project.directory, file), text });
  const included = await withIncluded(sources, { directory: project.directory, environment });
  const files = included.files.map(shown);
  const named = rendered
    ? [...namedValues(rendered), ...(await secretContents(rendered, environment))]
    : files.flatMap(({ text }) => writtenValues(text));
  const variables = [...Object.entries(environment), ...Object.entries(included.variables)];
  const secretValues = secretValuesOf([...variables, ...named]);
  const redact = redactor(secretValues);
  // What an included file misses it may have from an env file of its own; Compose knows.
  const missing = missingVariables(sources.map(shown), environment);

  if (rendered === undefined || yaml === undefined) {
    const refused = composeFailure(redact(failure ?? 'docker compose config said nothing'), files, missing);
    const findings = [...missing, ...refused];
    return {
      findings,
      policy: DEFAULT_POLICY,
      health: {},
      endpoints: {},
      inactiveServices: [],
      environment,
      secretValues,
    };
  }
  const services = mapping(rendered['services']);
  const active = Object.keys(services);
  const inactiveServices = everyService.filter((name) => !active.includes(name));
  const { policy, serviceHealth, serviceEndpoints, issues } = readPolicy(
    rendered[EXTENSION],
    Object.fromEntries(active.map((name) => [name, mapping(services[name])[EXTENSION]])),
    [...active, ...inactiveServices],
  );
  const findings = [
    ...findingsFrom(
      issues.map((issue) => ({ ...issue, message: redact(issue.message) })),
      files,
    ),
    ...composeWarnings(warnings.map(redact), files, envFiles),
    ...placeholderSecrets(rendered, files),
    ...(await appleDoubles(contextsOf(services))),
  ];
  const health = serviceHealth;
  const endpoints = serviceEndpoints;
  return { findings, yaml, rendered, policy, health, endpoints, inactiveServices, environment, secretValues };
}

/** The operator reads names from the project's directory on. */
function shownName(directory: string, file: string): string {
  const relative = path.relative(directory, file);
  return relative.startsWith('..') ? file : relative;
}

/** A missing file is for Compose to complain about. */
async function envFilesOf({ directory, envFiles }: ProjectFiles): Promise<SourceFile[]> {
  const named = (envFiles.length > 0 ? envFiles : ['.env']).map((file) => path.resolve(directory, file));
  return Promise.all(
    named.map(async (file) => ({
      file: shownName(directory, file),
      text: await readFile(file, 'utf8').catch(() => ''),
    })),
  );
}

/** Build contexts, each with the services that are built from it. */
function contextsOf(services: Record<string, unknown>): Record<string, string[]> {
  const contexts: Record<string, string[]> = {};
  for (const [name, service] of Object.entries(services)) {
    const { context } = mapping(mapping(service)['build']);
    if (typeof context === 'string') (contexts[context] ??= []).push(name);
  }
  return contexts;
}
