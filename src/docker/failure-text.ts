/** All that a failure says: its message, and the lines of output that came with it. */
export function failureText(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const { excerpt, details } = error as { excerpt?: unknown; details?: unknown };
  const [detail] = Array.isArray(details) ? (details as { excerpt?: unknown }[]) : [];
  return [error.message, ...linesOf(excerpt), ...linesOf(detail?.excerpt)].join('\n');
}

function linesOf(excerpt: unknown): string[] {
  return Array.isArray(excerpt) ? excerpt.filter((line) => typeof line === 'string') : [];
}
