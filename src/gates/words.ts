/** `300 ms`, `4.2 s`, `5 min`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1).replace(/\.0$/, '')} s`;
  return `${(ms / 60_000).toFixed(1).replace(/\.0$/, '')} min`;
}

export function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

/** The last line of what a probe wrote that says something, short enough for a reason. */
export function lastWords(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  return (lines.filter((line) => line !== '').at(-1) ?? '').slice(0, 200);
}
