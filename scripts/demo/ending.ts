import { durationText } from '../../src/spec/duration-text.js';
import { tableText } from '../../src/cli/render/table.js';
import type { ActReport } from './play-act.js';

const COLUMNS = ['ACT', 'WHAT', 'OUTCOME', 'TIME', 'REPLACED', 'RESTORED', 'OUTAGE API', 'WEB', 'ORDERS'];

/** What happened, one row an act. An outage is how long nothing answered, probed every 50 ms. */
export function endingTable(acts: ActReport[]): string {
  return tableText(COLUMNS, acts.map(rowOf));
}

function rowOf({ number, title, deployed: { result }, outageMs, before, after }: ActReport): string[] {
  const { outcome, startedAtMs, endedAtMs, touched, restored } = result;
  return [
    `${number}`,
    title,
    outcome,
    durationText(endedAtMs - startedAtMs),
    servicesText(touched),
    servicesText(restored) || '–',
    outageText(outageMs.api),
    outageText(outageMs.web),
    `${before?.rows.orders ?? 0} → ${after.rows.orders}`,
  ];
}

/** All of a longer list would make the table too wide. */
function servicesText(services: string[]): string {
  return services.length > 3 ? `${services.length} services` : services.join(', ');
}

function outageText(ms: number | undefined): string {
  if (ms === undefined) return '–';
  return ms === 0 ? 'none' : durationText(ms);
}
