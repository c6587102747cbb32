import Table from 'cli-table3';

const NO_LINES = Object.fromEntries(
  [
    'top',
    'top-mid',
    'top-left',
    'top-right',
    'bottom',
    'bottom-mid',
    'bottom-left',
    'bottom-right',
    'left',
    'left-mid',
    'mid',
    'mid-mid',
    'right',
    'right-mid',
  ].map((place) => [place, '']),
);

/** A table of plain columns, as Docker's own commands print them; columns that are empty throughout are left out. */
export function tableText(columns: string[], rows: string[][]): string {
  const kept = columns.map((_, index) => rows.some((row) => row[index] !== ''));
  const keep = (cells: string[]): string[] => cells.filter((_, index) => kept[index]);
  const table = new Table({
    head: keep(columns),
    chars: { ...NO_LINES, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map(keep));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
