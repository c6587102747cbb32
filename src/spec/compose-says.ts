import { parseDocument } from 'yaml';
import type { Finding } from './finding.js';
import { type KeyPath, nearestPlace, type SourceFile } from './places.js';

/**
 * Compose's refusal of a project, redacted, as a finding with the place it speaks of, as far as it can be told. Nothing
 * where all it says is that a variable is missing, and `found` says so already.
 */
export function composeFailure(said: string, files: readonly SourceFile[], found: readonly Finding[]): Finding[] {
  if (/required variable \S+ is missing a value/.test(said) && found.length > 0) return [];
  const broken = files.flatMap(syntaxError);
  if (broken.length > 0) return broken;
  const text = said
    .split('\n')
    .filter((line) => line.trim() !== '' && !/level=warning/.test(line))
    .map((line) =>
      line
        .replace(/^validating [^:]+: /, '')
        .replace(/: invalid compose project$/, '')
        .trim(),
    )
    .join(' ');
  const path = pathIn(text);
  const place = path && nearestPlace(files, path);
  return [
    {
      rule: 'compose-invalid',
      severity: 'error',
      message: `Compose refuses the project: ${text}`,
      ...(path?.[0] === 'services' && { service: String(path[1]) }),
      ...(place && { place }),
    },
  ];
}

/** Compose names neither the file nor the right line of what is not even YAML. */
function syntaxError({ file, text }: SourceFile): Finding[] {
  const [error] = parseDocument(text, { logLevel: 'silent', prettyErrors: true }).errors;
  if (!error) return [];
  const [start] = error.linePos ?? [];
  return [
    {
      rule: 'invalid-yaml',
      severity: 'error',
      message: `this is not YAML: ${error.message.split(/ at line \d|\n/)[0]}`,
      place: { file, ...(start && { line: start.line, column: start.col }) },
    },
  ];
}

/** The keys that Compose's words speak of. */
function pathIn(text: string): KeyPath | undefined {
  const [, dotted, extra] =
    /\b((?:services|networks|volumes|configs|secrets)(?:\.[\w-]+|\[\d+\])+)(?:[: ]+Additional property ([\w-]+))?/.exec(
      text,
    ) ?? [];
  if (dotted !== undefined) {
    const parts = dotted.split(/[.[\]]+/).filter((part) => part !== '');
    const keys = parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part));
    return extra === undefined ? keys : [...keys, extra];
  }
  const [, kind, name] = /\b(service|network|volume|config|secret) "([\w.-]+)"/.exec(text) ?? [];
  if (kind === undefined || name === undefined) return undefined;
  return [`${kind}s`, name, ...(text.includes('depends on') ? ['depends_on'] : [])];
}
