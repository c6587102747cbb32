/** What PostgreSQL and its clients add to an error, with values of the rows it is about. */
const OF_ROWS = /^\s*(?:DETAIL|CONTEXT|STATEMENT|HINT):|Key \(|Failing row contains/;

/** Lines of a failure without those that hold rows of a database: an error is kept and shown, and rows are the operator's. */
export function withoutRows(lines: string[]): string[] {
  return lines.filter((line) => !OF_ROWS.test(line));
}
