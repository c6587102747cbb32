/**
 * The plain texts of a pattern: every line that it matches holds at least one of them, whatever its case. They let a
 * scan pass lines by without trying any pattern. Throws for an alternative without a plain text of four characters.
 */
export function literalsOf(pattern: RegExp): string[] {
  return alternativesOf(pattern.source).map((alternative) => {
    const longest = plainTexts(alternative).reduce((a, b) => (b.length > a.length ? b : a), '');
    if (longest.length < SHORTEST) throw new Error(`The pattern /${alternative}/ has no plain text to look for`);
    return longest.toLowerCase();
  });
}

const SHORTEST = 4;

/** The alternatives of a pattern at its top level. */
export function alternativesOf(source: string): string[] {
  const alternatives: string[] = [];
  let from = 0;
  let at = 0;
  while (at < source.length) {
    if (source[at] === '|') {
      alternatives.push(source.slice(from, at));
      from = at + 1;
    }
    at = endOfAtom(source, at);
  }
  return [...alternatives, source.slice(from)];
}

/** Runs of characters that stand for themselves, outside of groups and classes. */
function plainTexts(source: string): string[] {
  const runs = [''];
  for (let at = 0; at < source.length;) {
    const end = endOfAtom(source, at);
    const quantifier = /^(?:[?*+]|\{\d+(?:,\d*)?\})\??/.exec(source.slice(end))?.[0] ?? '';
    const character = plainCharacter(source.slice(at, end));
    if (character === undefined || quantifier !== '') runs.push('');
    else runs[runs.length - 1] += character;
    at = end + quantifier.length;
  }
  return runs;
}

function plainCharacter(atom: string): string | undefined {
  // `\d`, `\b` and the like stand for something else; an escaped sign stands for itself.
  if (atom.startsWith('\\')) return /^\\[^\w\s]$/.test(atom) ? atom[1] : undefined;
  return atom.length === 1 && !'.^$'.includes(atom) ? atom : undefined;
}

/** Where the group, class, escape or character that begins here ends. */
function endOfAtom(source: string, at: number): number {
  const first = source[at];
  if (first === '\\') return at + 2;
  if (first === '[') {
    let end = at + 1;
    while (source[end] !== ']') end += source[end] === '\\' ? 2 : 1;
    return end + 1;
  }
  if (first === '(') {
    let end = at + 1;
    while (source[end] !== ')') end = endOfAtom(source, end);
    return end + 1;
  }
  return at + 1;
}
