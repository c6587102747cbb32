import { isDeepStrictEqual } from 'node:util';
import { durationText } from '../../src/cli/render/duration.js';
import { killWorkerWhileReplacing, resumedAfterMs } from './kill-worker.js';
import { type ActReport, type Check, look, type Played, playDeployment, type Stage } from './play-act.js';
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

/** A release that crash-loops is taken back. */
export async function takesBack(stage: Stage, { after: before }: ActReport): Promise<ActReport> {
  const played = await playDeployment(stage, {
    release: { version: 3, broken: 'crash' },
    wanted: 'rolled-back',
    before,
  });
  const { containers } = played.after;
  const checks = [
    ended(played),
    await serves(stage, 2),
    sameRows(before.rows, played.after.rows),
    {
      expected: `all ${before.containers.length} containers as before: images, configuration, mounts, states`,
      holds: isDeepStrictEqual(containers, before.containers),
      instead: `these differ:\n${differing(before.containers, containers).join('\n')}`,
    },
  ];
  return { number: 3, title: 'version 3, crash-loops', ...played, checks };
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
