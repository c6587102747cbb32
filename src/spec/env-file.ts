const LINE =
  /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*[=:][ \t]*(?:"((?:[^"\\]|\\[\s\S])*)"|'((?:[^'\\]|\\[\s\S])*)'|([^\r\n]*))/gm;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The variables of an env file as Compose reads it: `NAME=value`, `export`, comments, quotes (over several lines too),
 * and variables in all but single quotes. `environment` is what was there before: variables in values are looked up
 * there first, then in the file above them.
 */
export function envFileValues(text: string, environment: Environment): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [, name, double, single, bare] of withoutCommentLines(text).matchAll(LINE)) {
    const known = { ...values, ...defined(environment) };
    if (single !== undefined) values[name!] = single;
    else if (double !== undefined) values[name!] = interpolated(unescaped(double), known);
    else values[name!] = interpolated(withoutComment(bare ?? ''), known);
  }
  return values;
}

/**
 * What Compose interpolates with: the environment over the env files, a later file over an earlier one.
 */
export function interpolationEnvironment(
  envFiles: readonly string[],
  environment: Environment,
): Record<string, string> {
  let values: Record<string, string> = {};
  for (const text of envFiles) values = { ...values, ...envFileValues(text, { ...values, ...environment }) };
  return { ...values, ...defined(environment) };
}

function defined(environment: Environment): Record<string, string> {
  const entries = Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}

/** A quote in a comment opens nothing. */
function withoutCommentLines(text: string): string {
  return text.replace(/^\uFEFF/, '').replace(/^[ \t]*#.*$/gm, '');
}

function withoutComment(bare: string): string {
  return bare.replace(/(?:^|\s)#.*$/, '').trim();
}

function unescaped(quoted: string): string {
  const special: Record<string, string> = { n: '\n', r: '\r', t: '\t' };
  return quoted.replace(/\\([nrt"\\])/g, (_, char: string) => special[char] ?? char);
}

/** A text with its variables put in, as Compose does it; required ones (`${NAME:?…}`) are left as they stand. */
export function interpolated(value: string, known: Record<string, string>): string {
  return value.replace(
    /\\\$|\$\$|\$\{([A-Za-z_]\w*)(?:(:?[-+])([^}]*))?\}|\$([A-Za-z_]\w*)/g,
    (_: string, braced?: string, operator?: string, other?: string, plain?: string) => {
      const name = braced ?? plain;
      if (name === undefined) return '$';
      const isSet = operator?.startsWith(':') ? Boolean(known[name]) : known[name] !== undefined;
      if (operator?.endsWith('+')) return isSet ? (other ?? '') : '';
      return (isSet ? known[name] : other) ?? '';
    },
  );
}
