import path from 'node:path';
import { comesUp, dropsOnTwin, hearsInStack, hearsOnTwin, survivesItsWorker, takesBack } from './acts.js';
import { endingTable } from './ending.js';
import type { Place } from './place.js';
import { type ActReport, requireChecks, type Stage } from './play-act.js';
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
  screen.say(screen.colours.bold('Evenkeel: six deployments of a real Compose stack'));
  const shop = await copyShop(place);
  const server = await startServer(place, signal);
  screen.say(`  server  Temporal on 127.0.0.1:${ports.temporal} and a worker, for this demo alone; UI ${server.ui}`);
  screen.say(`  stack   examples/shop: PostgreSQL, Redis, API, worker, web; copied to ${place.shopFolder}`);
  const stage: Stage = { place, server, shop, screen, signal };

  screen.act(1, 'a stack comes up', 'Nothing runs yet. Five services are to start, each behind its health gate.');
  const first = await comesUp(stage);
  requireChecks(screen, first.checks);

  screen.act(
    2,
    'the worker is killed',
    'Version 2 of api, worker and web. While api is replaced, the Evenkeel worker that does it gets SIGKILL.',
  );
  const second = await survivesItsWorker(stage, first);
  requireChecks(screen, second.checks);

  screen.act(
    3,
    'a bad release is taken back',
    'The api of version 3 exits soon after each start, and `restart: always` starts it again and again. It is deployed\n' +
      'without a rehearsal, so it reaches the stack.',
  );
  const third = await takesBack(stage, second);
  requireChecks(screen, third.checks);

  screen.act(
    4,
    'health is green, and the log is not',
    'The reports of version 4 ask for TLS, and the database has none. No healthcheck notices. The release runs on a twin of\n' +
      'the stack first, on restored data, where its log is read.',
  );
  const fourth = await hearsOnTwin(stage, third);
  requireChecks(screen, fourth.checks);

  screen.act(5, 'the same without a rehearsal', 'It reaches the stack, its log is read there, and it is taken back.');
  const fifth = await hearsInStack(stage, fourth);
  requireChecks(screen, fifth.checks);

  screen.act(
    6,
    'a migration that cannot be taken back',
    'Version 5 drops a column that the api still reads. On the twin it drops that of the restored backup.',
  );
  const sixth = await dropsOnTwin(stage, fifth);
  requireChecks(screen, sixth.checks);

  const acts: Acts = [first, second, third, fourth, fifth, sixth];
  showEnding(screen, acts);
  if (keep) {
    showWhereTheRunsAre(stage, acts);
    showHowToGoOn(stage);
  } else {
    screen.say('\nTo look at the runs, the Temporal UI and the shop yourself:  npm run demo -- --keep');
  }
}

type Acts = [ActReport, ...ActReport[]];

function showEnding({ say, colours }: Screen, acts: Acts): void {
  say(`\n${colours.bold('What happened')} ${colours.dim('(outage: probed every 50 ms)')}\n`);
  say(endingTable(acts));
}

function showWhereTheRunsAre({ screen: { say }, server }: Stage, acts: Acts): void {
  const runs = path.dirname(path.dirname(acts[0].deployed.run.folder));
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
