/** Whether a path of a build context is left out by its `.dockerignore`. Paths are relative, with `/`. */
export type Ignore = (relativePath: string) => boolean;

/**
 * Reads the patterns of a `.dockerignore`: `*` and `?` within a name, `**` across them, `!` takes back in; the last
 * pattern that matches decides. Character classes are taken literally, which can only make a context look larger.
 */
export function parseDockerignore(text: string): { ignores: Ignore; takesBack: boolean } {
  const rules = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) =>
      line.startsWith('!') ? { pattern: line.slice(1).trim(), out: false } : { pattern: line, out: true },
    )
    .map(({ pattern, out }) => ({ matches: matcher(pattern), out }));
  return {
    ignores: (relativePath) => rules.findLast(({ matches }) => matches.test(relativePath))?.out ?? false,
    takesBack: rules.some(({ out }) => !out),
  };
}

/** A pattern matches the path itself and all that is below it. */
function matcher(pattern: string): RegExp {
  const clean = pattern.replace(/^\.?\/+/, '').replace(/\/+$/, '');
  const source = clean
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map((part) => WILDCARDS[part] ?? part.replace(/[\\^$.|+()[\]{}]/g, '\\$&'))
    .join('');
  return new RegExp(`^${source}(?:/.*)?$`);
}

const WILDCARDS: Record<string, string> = { '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' };
