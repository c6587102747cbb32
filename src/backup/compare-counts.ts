/** What a comparison came to. */
export interface CountComparison {
  compared: number;
  /** Each difference in words; the first ones say it. */
  differences: string[];
}

/** Compares what is in a restored store with what the dump counted. Things that only one of them has are differences. */
export function compareCounts(dumped: Record<string, number>, found: Record<string, number>): CountComparison {
  const names = [...new Set([...Object.keys(dumped), ...Object.keys(found)])].sort();
  const differences = names.flatMap((name): string[] => {
    const [then, now] = [dumped[name], found[name]];
    if (then === now) return [];
    if (now === undefined) return [`${name}: ${then} in the dump, missing after the restore`];
    if (then === undefined) return [`${name}: not in the dump, ${now} after the restore`];
    return [`${name}: ${then} in the dump, ${now} after the restore`];
  });
  return { compared: names.length, differences };
}
