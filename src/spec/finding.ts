/** A place in a file the operator wrote. `line` and `column` count from 1. */
export interface Place {
  file: string;
  line?: number;
  column?: number;
  /** The keys that lead to the value, for example `services.api.x-evenkeel.endpoints`. */
  path?: string;
}

/**
 * One problem somebody can act on. An `error` rejects a deployment, a `warning` is shown and kept in the result.
 * No field ever holds a secret's value.
 */
export interface Finding {
  /** Stable and kebab-case, so that scripts can tell findings apart: `port-taken`, `unknown-key`, … */
  rule: string;
  severity: 'error' | 'warning';
  /** What is wrong and why it matters, as one sentence. */
  message: string;
  /** What to do next: a command or an edit. */
  remedy?: string;
  service?: string;
  place?: Place;
}

/** One line for people: `compose.yaml:4:7 services.api: message — remedy`. */
export function findingText(finding: Finding): string {
  const { place } = finding;
  const where = place
    ? [place.file, place.line, place.column].filter((part) => part !== undefined).join(':') +
      (place.path ? ` ${place.path}` : '')
    : finding.service;
  return `${where ? `${where}: ` : ''}${finding.message}${finding.remedy ? ` — ${finding.remedy}` : ''}`;
}
