/**
 * Measures Evenkeel beside its peers, in the same run on the same machine.
 *
 *     npm run bench -- [--rows redeploy,outage,…] [--runs N] [--json]
 *
 * Each row has an `evenkeel server` of its own on free ports, and removes everything it made. A row that fails says so in the table,
 * and the others go on. Exit code 0 when every goal is met, 1 when one is missed or a row failed, 2 for a usage error.
 */
import { parseArgs } from 'node:util';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { machine } from './machine.js';
import { type Failed, type How, judged, type Judged, type Row, type RowWithItsServer } from './measurement.js';
import { OwnServer } from './own-server.js';
import { backup } from './row-backup.js';
import { badReleases } from './row-bad-releases.js';
import { completion } from './row-completion.js';
import { crashLoop } from './row-crash-loop.js';
import { dayOfChecks } from './row-day-of-checks.js';
import { logScan } from './row-log-scan.js';
import { outage } from './row-outage.js';
import { queuedStarts } from './row-queued-starts.js';
import { redeploy, redeployDefaults } from './row-redeploy.js';
import { resume } from './row-resume.js';
import { rollback } from './row-rollback.js';
import { runbook } from './row-runbook.js';
import { scheduledChecks } from './row-scheduled-checks.js';
import { stepCost } from './row-step-cost.js';
import { detailsText, tableText } from './table.js';

const ROWS: Record<string, Row | Row[] | RowWithItsServer> = {
  redeploy,
  'redeploy-defaults': redeployDefaults,
  runbook,
  outage,
  'bad-releases': badReleases,
  'crash-loop': crashLoop,
  rollback,
  resume,
  'queued-starts': queuedStarts,
  'step-cost': stepCost,
  backup,
  'log-scan': logScan,
  completion,
  'scheduled-checks': scheduledChecks,
  'day-of-checks': dayOfChecks,
};

const USAGE = `Usage: npm run bench -- [--rows ${Object.keys(ROWS).join(',')}] [--runs N] [--json]`;

interface Asked {
  rows: string[];
  runs: number;
  json: boolean;
}

/** Throws with readable text for what is no such row or number. */
function asked(argv: string[]): Asked {
  const { values } = parseArgs({
    args: argv,
    options: { rows: { type: 'string' }, runs: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const rows = values.rows?.split(',') ?? Object.keys(ROWS);
  const unknown = rows.filter((name) => !(name in ROWS));
  if (unknown.length > 0) throw new Error(`there is no row ${unknown.join(', ')}`);
  const runs = Number(values.runs ?? 3);
  if (!Number.isInteger(runs) || runs < 1) throw new Error(`--runs ${values.runs} is not a number of runs`);
  return { rows, runs, json: values.json };
}

async function bench({ rows, runs, json }: Asked): Promise<number> {
  Runtime.install({ logger: new DefaultLogger('WARN') });
  const say = (line: string): void => console.error(line);
  const on = await machine();
  const began = performance.now();
  const results: (Judged | Failed)[] = [];
  for (const name of rows) {
    const begun = performance.now();
    say(`${name} …`);
    for (const row of [ROWS[name]!].flat()) results.push(...(await numbersOf(name, row, { runs, say })));
    say(`${name}: ${secondsSince(begun)} s`);
  }
  if (json) console.log(JSON.stringify({ machine: on, runs, rows: results }, null, 2));
  else {
    const about = Object.entries(on).map(([what, value]) => `${what} ${value}`);
    console.log(
      `${tableText(results)}\n${detailsText(results)}${[...about, `took ${secondsSince(began)} s`].join(', ')}`,
    );
  }
  return results.every((row) => 'met' in row && row.met) ? 0 : 1;
}

/** One row, on a server of its own, so that none has to do with what another left behind. One that fails is told, and the next has its turn. */
async function numbersOf(name: string, row: Row | RowWithItsServer, how: How): Promise<(Judged | Failed)[]> {
  try {
    if ('measure' in row) return (await row.measure(how)).map(judged);
    const server = await OwnServer.start();
    try {
      return (await row({ ...how, server })).map(judged);
    } finally {
      await server.stop().catch((error: unknown) => how.say(`${name}: its server: ${(error as Error).message}`));
    }
  } catch (error) {
    how.say(`${name} failed: ${(error as Error).stack ?? String(error)}`);
    return [{ what: name, failed: (error as Error).message.split('\n')[0]! }];
  }
}

function secondsSince(begun: number): string {
  return ((performance.now() - begun) / 1000).toFixed(0);
}

let request: Asked | undefined;
try {
  request = asked(process.argv.slice(2));
} catch (error) {
  console.error(`${(error as Error).message}\n${USAGE}`);
  process.exitCode = 2;
}
if (request) process.exitCode = await bench(request);
