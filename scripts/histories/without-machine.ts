/** What of this machine a history names, and what stands there instead. */
export type Replacements = [thisMachines: string, everyones: string][];

/**
 * The text of a history without what is of the machine it was made on: identities, stack traces, and what `replacements` name,
 * also within payloads, which are base64. Sizes and checksums of payloads are no part of a history, so it still replays.
 */
export function withoutMachine(history: string, replacements: Replacements): string {
  const replaced = (text: string): string =>
    replacements.reduce((done, [thisMachines, everyones]) => done.replaceAll(thisMachines, everyones), text);
  const parsed = JSON.parse(history, (key, value: unknown) => {
    if (typeof value !== 'string') return value;
    if (key === 'identity') return 'worker';
    if (key === 'stackTrace') return '';
    if (key !== 'data') return replaced(value);
    return Buffer.from(replaced(Buffer.from(value, 'base64').toString())).toString('base64');
  }) as unknown;
  return JSON.stringify(parsed);
}
