import type { Finding } from './finding.js';
import { missingIn } from './interpolation.js';
import type { SourceFile } from './places.js';
import { writtenScalars } from './scalars.js';

/**
 * Every variable that these files require (`${NAME:?why}`, `${NAME?why}`) and this environment lacks, at once, where
 * Compose names one at a time. A variable that is required in several places is one finding, at the first of them.
 */
export function missingVariables(
  files: readonly SourceFile[],
  environment: Readonly<Record<string, string | undefined>>,
): Finding[] {
  const findings = new Map<string, Finding>();
  for (const scalar of files.flatMap(writtenScalars)) {
    for (const { name, message, offset } of missingIn(scalar.text, environment)) {
      if (findings.has(name)) continue;
      const lack = environment[name] === '' ? 'empty' : 'not set';
      findings.set(name, {
        rule: 'variable-missing',
        severity: 'error',
        message: `the variable ${name} is required and ${lack}${message ? `: ${message}` : ''}`,
        remedy: `set ${name} in the project's .env, or capture it from your shell: evenkeel stack add --env ${name}`,
        place: scalar.placeAt(offset),
      });
    }
  }
  return [...findings.values()];
}
