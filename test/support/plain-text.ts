/**
 * All text in a value, however deep: strings, keys, and bytes as UTF-8, which is how Temporal's payloads are found in
 * histories and answers.
 */
export function plainText(value: unknown): string {
  const texts: string[] = [];
  const seen = new Set<unknown>();
  const visit = (part: unknown): void => {
    if (part instanceof Uint8Array) texts.push(Buffer.from(part).toString('utf8'));
    else if (part instanceof Map) visit([...part.entries()]);
    else if (typeof part === 'object' && part !== null) {
      if (seen.has(part)) return;
      seen.add(part);
      for (const [key, inner] of Object.entries(part)) {
        texts.push(key);
        visit(inner);
      }
    } else texts.push(String(part));
  };
  visit(value);
  return texts.join('\n');
}
