/** A variable that a text cannot do without: `${NAME:?message}`. */
export interface RequiredVariable {
  name: string;
  /** What the author says when it is missing; may be empty. */
  message: string;
  /** Of its `$` in the text. */
  offset: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** `${NAME` with the operator that follows: `}` for none. */
const OPENING = /\$\{([A-Za-z_][A-Za-z0-9_]*)(:?[-?+]|\})/y;

/**
 * The variables that Compose would refuse this text for: written with `?` and unset, or with `:?` and unset or empty.
 * `$$` is a literal `$`. What stands in a default or a replacement counts only where it would be used.
 */
export function missingIn(text: string, environment: Environment, from = 0): RequiredVariable[] {
  const missing: RequiredVariable[] = [];
  for (let at = text.indexOf('$'); at !== -1; at = text.indexOf('$', at)) {
    if (text[at + 1] === '$') {
      at += 2;
      continue;
    }
    OPENING.lastIndex = at;
    const [opening, name, operator] = OPENING.exec(text) ?? [];
    if (opening === undefined || name === undefined || operator === '}') {
      at += 1;
      continue;
    }
    const start = at + opening.length;
    const end = closingBrace(text, start);
    const inner = text.slice(start, end);
    const isSet = operator!.startsWith(':') ? Boolean(environment[name]) : environment[name] !== undefined;
    if (operator!.endsWith('?')) {
      if (!isSet) missing.push({ name, message: inner.trim(), offset: from + at });
    } else if (isSet === operator!.endsWith('+')) {
      missing.push(...missingIn(inner, environment, from + start));
    }
    at = end;
  }
  return missing;
}

/** The offset of the brace that closes what was opened before `start`, or the text's end. */
function closingBrace(text: string, start: number): number {
  let depth = 1;
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === '$' && text[at + 1] === '$') at += 1;
    else if (text[at] === '$' && text[at + 1] === '{') depth += 1;
    else if (text[at] === '}' && (depth -= 1) === 0) return at;
  }
  return text.length;
}
