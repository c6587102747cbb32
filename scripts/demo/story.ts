import path from 'node:path';
import { ACTS } from './acts.js';
import { endingTable } from './ending.js';
import type { Place } from './place.js';
import { type ActReport, requireChecks, type StackLook, type Stage } from './play-act.js';
import type { Screen } from './screen.js';
import { evenkeel, startServer } from './server-process.js';
import { copyShop } from './shop.js';

export interface Play {
  place: Place;
  screen: Screen;
  /** Aborts when the audience leaves. */
  signal: AbortSignal;
  /** Everything is left running afterwards. */
  keep: boolean;
}

/** Plays the acts and shows the ending. Throws as soon as one does not end as it should. */
export async function play({ place, screen, signal, keep }: Play): Promise<void> {
  const { ports } = place;
  screen.say(screen.colours.bold(`Evenkeel: ${ACTS.length} deployments of a real Compose stack`));
  const shop = await copyShop(place);
  const server = await startServer(place, signal);
  screen.say(`  server  Temporal on 127.0.0.1:${ports.temporal} and a worker, for this demo alone; UI ${server.ui}`);
  screen.say(`  stack   examples/shop: PostgreSQL, Redis, API, worker, web; copied to ${place.shopFolder}`);
  const stage: Stage = { place, server, shop, screen, signal };

  const acts: ActReport[] = [];
  for (const [index, { heading, words, title, perform }] of ACTS.entries()) {
    const number = index + 1;
    screen.act(number, heading, words);
    const performed = await perform(stage, acts.at(-1)?.after ?? NOTHING_YET);
    requireChecks(screen, performed.checks);
    acts.push({ number, title, ...performed });
  }
  showEnding(screen, acts);
  showWhereTheRunsAre(stage, acts);
  if (keep) showHowToGoOn(stage);
  else screen.say('\nAll of it goes now. To look at it, and at the shop, yourself:  npm run demo -- --keep');
}

const NOTHING_YET: StackLook = { rows: { orders: 0, products: 0, hash: '' }, containers: [] };

function showEnding({ say, colours }: Screen, acts: ActReport[]): void {
  say(`\n${colours.bold('What happened')} ${colours.dim('(outage: probed every 50 ms)')}\n`);
  say(endingTable(acts));
}

function showWhereTheRunsAre({ screen: { say }, server }: Stage, acts: ActReport[]): void {
  const runs = path.dirname(path.dirname(acts[0]!.deployed.run.folder));
  say(`\nEach run left its plan, its result and the output of every program it started, below\n${runs}`);
  for (const { number, deployed } of acts) say(`  ${number}  ${path.relative(runs, deployed.run.folder)}`);
  say(`Temporal UI  ${server.ui}`);
}

function showHowToGoOn({ screen: { say }, place }: Stage): void {
  const settings = ['EVENKEEL_HOME', 'EVENKEEL_LOCK_DIR', 'TEMPORAL_ADDRESS'].map(
    (name) => `${name}=${place.env[name]}`,
  );
  say(`Shop         http://127.0.0.1:${place.ports.web}`);
  say('\nEverything goes on running. To play with it:\n');
  say(`  cd ${place.shopFolder}`);
  say(`  export ${settings.join(' ')}`);
  say(`  alias evenkeel=${evenkeel()}`);
  say('  evenkeel status');
  say('\nTo take it all away:  npm run demo -- --stop');
}
