import { z } from 'zod';

const UNITS: Record<string, number> = { '': 1, b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };

/** A size as Compose writes it (`2gb`, `512m`, `1.5g`, bytes) in whole bytes, by powers of 1024; undefined when it is not one. */
export function sizeBytes(text: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?) ?(?:([kmgt])(?:i?b)?|b)?$/i.exec(text) ?? [];
  if (amount === undefined) return undefined;
  return Math.floor(Number(amount) * UNITS[unit?.toLowerCase() ?? '']!);
}

/** A size in a file: text as Compose writes it, or a number of bytes, turned into bytes. */
export const size = z
  .union([z.string(), z.number()], { error: 'must be a size, like 512m or 2gb' })
  .transform((given, context) => {
    const bytes = sizeBytes(String(given));
    if (bytes === undefined) {
      context.addIssue(`"${given}" is not a size; write it like 512m or 2gb`);
      return z.NEVER;
    }
    return bytes;
  });
