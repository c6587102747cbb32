import type { Finding, Place } from './finding.js';
import type { SourceFile } from './places.js';
import { isSecretKey } from './redact.js';
import { writtenScalars } from './scalars.js';

/**
 * Compose's warnings, redacted, as findings. `files` are the Compose files, `envFiles` what they are interpolated with.
 * A name after a bare `$`, in the middle of a text or where a secret belongs, is not repeated: it is as likely a part of
 * a password.
 */
export function composeWarnings(
  said: readonly string[],
  files: readonly SourceFile[],
  envFiles: readonly SourceFile[],
): Finding[] {
  return [...new Set(said)].map((text) => {
    const [, name] = /^The "?(\w+)"? variable is not set/.exec(text) ?? [];
    if (name === undefined) return { rule: 'compose-warning', severity: 'warning', message: text };
    return { rule: 'variable-unset', severity: 'warning', ...unset(name, files, envFiles) };
  });
}

type Explained = Pick<Finding, 'message' | 'remedy' | 'place'>;

function unset(name: string, files: readonly SourceFile[], envFiles: readonly SourceFile[]): Explained {
  const braced = new RegExp(String.raw`(?<!\$)\$\{${name}[}:?+-]`);
  const bare = new RegExp(String.raw`(?<!\$)\$${name}\b`);
  const written = [...files.flatMap(writtenScalars), ...envFiles.flatMap(envLines)];
  for (const { text, placeAt } of written) {
    const at = text.search(braced);
    if (at !== -1) return notSet(name, placeAt(at));
    if (unquoted(text) === `$${name}` && !isSecretKey(keyOf(placeAt(0))))
      return notSet(name, placeAt(text.search(bare)));
  }
  for (const { text, placeAt } of written) {
    const at = text.search(bare);
    if (at !== -1) return strayDollar(placeAt(at));
  }
  return {
    message: 'a file that the Compose files refer to uses a variable that is not set, which counts as empty',
    remedy: 'see which: docker compose config',
  };
}

function notSet(name: string, place: Place): Explained {
  return {
    message: `the variable ${name} is not set, so it counts as empty`,
    remedy: `set ${name} in the project's .env, or give it a default: \${${name}:-…}`,
    place,
  };
}

function strayDollar(place: Place): Explained {
  const inEnvFile = place.path === undefined || !place.path.includes('.');
  return {
    message: 'what follows this $ is taken for the name of a variable, and none of the name is set: it is left out',
    remedy: inEnvFile
      ? 'if the $ belongs to the value, put the value in single quotes'
      : 'if the $ belongs to the value, write $$',
    place,
  };
}

/** The values of an env file, line by line. */
function envLines({ file, text }: SourceFile): { text: string; placeAt(offset: number): Place }[] {
  return text.split('\n').flatMap((content, index) => {
    const [, start, name, value] = /^(\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*[=:]\s*)([^\s#].*)$/.exec(content) ?? [];
    if (start === undefined || name === undefined || value === undefined) return [];
    return [{ text: value, placeAt: (at) => ({ file, line: index + 1, column: start.length + at + 1, path: name }) }];
  });
}

function keyOf({ path }: Place): string {
  return path?.split('.').at(-1) ?? '';
}

function unquoted(text: string): string {
  return text.trim().replace(/^(["'])(.*)\1$/, '$2');
}
