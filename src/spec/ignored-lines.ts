/** Whether a line counts as not said. */
export type LineTest = (line: string) => boolean;

/** Reads one `scan.ignore`: a text that a line holds, or a `/regular expression/` with flags behind it. */
export function readIgnored(written: string): { test: LineTest; error?: undefined } | { error: string } {
  if (written === '') return { error: 'must not be empty: every line would be ignored' };
  const [, source, flags] = /^\/(.+)\/([imsu]*)$/.exec(written) ?? [];
  if (source === undefined) return { test: (line) => line.includes(written) };
  try {
    const pattern = new RegExp(source, flags);
    return { test: (line) => pattern.test(line) };
  } catch (error) {
    return { error: `is no regular expression: ${(error as Error).message}` };
  }
}

/** One test for all of `scan.ignore`; what cannot be read ignores nothing. */
export function ignoredBy(ignore: readonly string[]): LineTest {
  const tests = ignore.map(readIgnored).flatMap((read) => (read.error === undefined ? [read.test] : []));
  return (line) => tests.some((test) => test(line));
}
