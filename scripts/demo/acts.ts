import { isDeepStrictEqual } from 'node:util';
import { durationText } from '../../src/cli/render/duration.js';
import { killWorkerWhileReplacing, resumedAfterMs } from './kill-worker.js';
import {
  type ActReport,
  type Check,
  look,
  type Played,
  playDeployment,
  type StackLook,
  type Stage,
} from './play-act.js';
import { placeOrders, versionsServed } from './shop-visit.js';
import type { Rows } from './stack-look.js';

/** Products of the orders that the first act places. */
const ORDERS = [1, 2, 2, 3, 5];

/** A stack comes up; then it gets orders, so that there is something to lose. */
export async function comesUp(stage: Stage): Promise<ActReport> {
  const { place, signal } = stage;
  const played = await playDeployment(stage, { release: { version: 1 }, wanted: 'succeeded' });
  await placeOrders(place.ports, ORDERS, signal);
  const after = await look();
  const checks = [
    ended(played),
    await serves(stage, 1),
    {
      expected: `${ORDERS.length} orders placed over the API; PostgreSQL now holds ${after.rows.orders}`,
      holds: after.rows.orders === played.after.rows.orders + ORDERS.length,
      instead: `it held ${played.after.rows.orders} before them`,
    },
  ];
  return { number: 1, title: 'deploy version 1', ...played, after, checks };
}

/** A change comes, and its worker is killed in the middle. */
export async function survivesItsWorker(stage: Stage, { after: before }: ActReport): Promise<ActReport> {
  const { place, screen, server, signal } = stage;
  const [played, killing] = await Promise.all([
    playDeployment(stage, { release: { version: 2 }, wanted: 'succeeded', before }),
    killWorkerWhileReplacing('api', { place, server, signal, tell: screen.aside }),
  ]);
  const resumedMs = await resumedAfterMs(place, played.deployed.run, killing);
  const checks = [
    ended(played),
    {
      expected: 'the worker was killed while Compose replaced api',
      holds: killing.inTheMiddle,
      instead: 'Compose was through already',
    },
    {
      expected: resumedText(killing.backAfterMs, resumedMs ?? 0),
      holds: resumedMs !== undefined,
      instead: 'no step of the run was begun once more',
    },
    await serves(stage, 2),
    sameRows(before.rows, played.after.rows),
  ];
  return { number: 2, title: 'version 2, worker killed', ...played, checks };
}

/** A release that crash-loops, and is deployed without a rehearsal, is taken back. */
export async function takesBack(stage: Stage, { after: before }: ActReport): Promise<ActReport> {
  const release = { version: 3, broken: 'crash' as const };
  const played = await playDeployment(stage, { release, unrehearsed: true, wanted: 'rolled-back', before });
  return { number: 3, title: 'crash loop, not rehearsed', ...played, checks: await asBefore(stage, played, before) };
}

/** Health stays green on a connection of its own; only the log tells. The twin logs it first. */
export async function hearsOnTwin(stage: Stage, { after: before }: ActReport): Promise<ActReport> {
  const release = { version: 4, databaseOptions: '?sslmode=require' as const };
  const played = await playDeployment(stage, { release, wanted: 'rejected', before });
  const checks = [...(await asBefore(stage, played, before)), untouched(played), culprit(played, 'worker')];
  return { number: 4, title: 'TLS error in the log', ...played, checks };
}

/** The same, where nobody rehearsed: the log of the stack itself tells. */
export async function hearsInStack(stage: Stage, { after: before }: ActReport): Promise<ActReport> {
  const release = { version: 4, databaseOptions: '?sslmode=require' as const };
  const played = await playDeployment(stage, { release, unrehearsed: true, wanted: 'rolled-back', before });
  const checks = [...(await asBefore(stage, played, before)), culprit(played, 'worker')];
  return { number: 5, title: 'the same, not rehearsed', ...played, checks };
}

/** A migration that cannot be taken back runs on the restored backup, and not on the database. */
export async function dropsOnTwin(stage: Stage, { after: before }: ActReport): Promise<ActReport> {
  const release = { version: 5, migration: 'drop-column' as const };
  const played = await playDeployment(stage, { release, wanted: 'rejected', before });
  const checks = [...(await asBefore(stage, played, before)), untouched(played), culprit(played, 'api')];
  return { number: 6, title: 'drops a column', ...played, checks };
}

async function asBefore(stage: Stage, played: Played, before: StackLook): Promise<Check[]> {
  const { containers } = played.after;
  return [
    ended(played),
    await serves(stage, 2),
    sameRows(before.rows, played.after.rows),
    {
      expected: `all ${before.containers.length} containers as before: images, configuration, mounts, states`,
      holds: isDeepStrictEqual(containers, before.containers),
      instead: `these differ:\n${differing(before.containers, containers).join('\n')}`,
    },
  ];
}

/** Not one container was started anew. */
function untouched({ deployed: { result }, outageMs }: Played): Check {
  return {
    expected: 'no container was touched, and no request went unanswered',
    holds: result.touched.length === 0 && outageMs.api === 0 && outageMs.web === 0,
    instead: `touched: ${result.touched.join(', ') || 'none'}; unanswered for ${outageMs.api ?? 0} and ${outageMs.web ?? 0} ms`,
  };
}

function culprit({ deployed: { result } }: Played, service: string): Check {
  return {
    expected: `it names ${service}: ${result.failure?.message.split('\n')[0] ?? ''}`,
    holds: result.failure?.service === service,
    instead: `it names ${result.failure?.service ?? 'nobody'}`,
  };
}

function ended({ deployed: { exitCode, result } }: Played): Check {
  const took = durationText(result.endedAtMs - result.startedAtMs);
  return { expected: `${result.outcome} in ${took}, exit code ${exitCode}`, holds: true, instead: '' };
}

async function serves({ place }: Stage, version: number): Promise<Check> {
  const served = await versionsServed(place.ports).catch((error: unknown) => [String(error)]);
  return {
    expected: `version ${version} answers: API, web page, and the API behind the web server`,
    holds: served.length === 3 && served.every((one) => one === `${version}`),
    instead: `they answer ${served.join(', ')}`,
  };
}

function resumedText(backAfterMs: number, resumedAfterMs: number): string {
  const back = durationText(backAfterMs);
  return `another worker was ready ${back} after the kill; the run went on ${durationText(resumedAfterMs - backAfterMs)} later`;
}

function sameRows(before: Rows, after: Rows): Check {
  return {
    expected: `PostgreSQL holds the same ${before.orders} orders and ${before.products} products, row by row`,
    holds: isDeepStrictEqual(before, after),
    instead: `it holds ${after.orders} orders and ${after.products} products, or other ones`,
  };
}

function differing(before: string[], after: string[]): string[] {
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `    before  ${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `    after   ${line}`),
  ];
}
