import { isDeepStrictEqual } from 'node:util';
import { durationText } from '../../src/spec/duration-text.js';
import { killWorkerWhileReplacing, resumedAfterMs } from './kill-worker.js';
import { type Check, look, type Played, playDeployment, type Plot, type StackLook, type Stage } from './play-act.js';
import type { ShopRelease } from './shop.js';
import { placeOrders, versionsServed } from './shop-visit.js';
import type { Rows } from './stack-look.js';

/** Products of the orders that the first act places. */
const ORDERS = [1, 2, 2, 3, 5];

/** Its worker asks for TLS, on a connection of its own that no healthcheck uses. */
const WANTS_TLS: ShopRelease = { version: 4, databaseOptions: '?sslmode=require' };

/** An act: what the audience is told beforehand, and what happens. */
export interface Act {
  heading: string;
  words: string;
  /** In the table at the end. */
  title: string;
  /** `before` is how the last act left the stack; the first one finds none. */
  perform: (stage: Stage, before: StackLook) => Promise<Performed>;
}

/** What came of an act, and whether it is what should have come. */
export type Performed = Played & { checks: Check[] };

/** The acts in their order; each begins where the one before has ended. */
export const ACTS: readonly Act[] = [
  {
    heading: 'a stack comes up',
    words: 'Nothing runs yet. Five services are to start, each behind its health gate.',
    title: 'deploy version 1',
    perform: comesUp,
  },
  {
    heading: 'the worker is killed',
    words: 'Version 2 of api, worker and web. While api is replaced, the Evenkeel worker that does it gets SIGKILL.',
    title: 'version 2, worker killed',
    perform: survivesItsWorker,
  },
  {
    heading: 'a bad release is taken back',
    words:
      'The api of version 3 exits soon after each start, and `restart: always` starts it again and again. It is deployed\n' +
      'without a rehearsal, so it reaches the stack.',
    title: 'crash loop, not rehearsed',
    perform: bad({ release: { version: 3, broken: 'crash' }, unrehearsed: true, wanted: 'rolled-back' }),
  },
  {
    heading: 'health is green, and the log is not',
    words:
      'The reports of version 4 ask for TLS, and the database has none. No healthcheck notices. The release runs on a twin of\n' +
      'the stack first, on restored data, where its log is read.',
    title: 'TLS error in the log',
    perform: bad({ release: WANTS_TLS, wanted: 'rejected' }, untouched, culprit('worker')),
  },
  {
    heading: 'the same without a rehearsal',
    words: 'It reaches the stack, its log is read there, and it is taken back.',
    title: 'the same, not rehearsed',
    perform: bad({ release: WANTS_TLS, unrehearsed: true, wanted: 'rolled-back' }, culprit('worker')),
  },
  {
    heading: 'a migration that cannot be taken back',
    words: 'Version 5 drops a column that the api still reads. On the twin it drops that of the restored backup.',
    title: 'drops a column',
    perform: bad({ release: { version: 5, migration: 'drop-column' }, wanted: 'rejected' }, untouched, culprit('api')),
  },
];

/** A stack comes up; then it gets orders, so that there is something to lose. */
async function comesUp(stage: Stage): Promise<Performed> {
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
  return { ...played, after, checks };
}

/** A change comes, and its worker is killed in the middle. */
async function survivesItsWorker(stage: Stage, before: StackLook): Promise<Performed> {
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
  return { ...played, checks };
}

/** A release that ends so that everything is as before; `more` is what holds besides. */
function bad(plot: Omit<Plot, 'before'>, ...more: ((played: Played) => Check)[]): Act['perform'] {
  return async (stage, before) => {
    const played = await playDeployment(stage, { ...plot, before });
    const checks = [...(await asBefore(stage, played, before)), ...more.map((check) => check(played))];
    return { ...played, checks };
  };
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

function culprit(service: string): (played: Played) => Check {
  return ({ deployed: { result } }) => ({
    expected: `it names ${service}: ${result.failure?.message.split('\n')[0] ?? ''}`,
    holds: result.failure?.service === service,
    instead: `it names ${result.failure?.service ?? 'nobody'}`,
  });
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
