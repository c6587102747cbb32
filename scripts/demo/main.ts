/**
 * Six deployments of examples/shop on this machine, in about two minutes: one that brings it up, one whose worker is
 * killed, and four of bad releases (acts.ts). `npm run demo`, or `npm run demo -- --keep | --stop`.
 *
 * Exit code 0 when every act ended as it should, 1 when not, 2 for a usage error, 130 after Ctrl-C.
 */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { EXIT } from '../../src/spec/outcome.js';
import { CannotBegin, demoAtWork, demoFolder, makePlace } from './place.js';
import { createScreen } from './screen.js';
import { play } from './story.js';
import { keepTraces, takeAway } from './take-away.js';

const USAGE = `npm run demo [-- --keep | --stop]
  --keep  leave everything running at the end
  --stop  take away what a kept or killed demo left`;

const screen = createScreen(process.stdout, process.env);
const GONE = "Gone: processes, containers, volumes, networks, images, folders. (Docker's build cache stays.)";
/** Ends a frame and shows the cursor: a deployment's view that is killed while it redraws cannot do so itself. */
const LEAVE_FRAME = '\x1b[?2026l\x1b[?25h';
/** npm passes Ctrl-C on to us although the terminal has sent it already. */
const SAME_KEYSTROKE_MS = 1000;

/** Aborts on Ctrl-C and its like; a second one leaves at once. */
function leaving(): AbortSignal {
  const controller = new AbortController();
  let firstAtMs: number | undefined;
  const leave = (): void => {
    firstAtMs ??= performance.now();
    if (performance.now() - firstAtMs > SAME_KEYSTROKE_MS) {
      screen.say('left at once; to take away what is left: npm run demo -- --stop');
      process.exit(EXIT.interrupted);
    }
    controller.abort(new Error('interrupted'));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, leave);
  return controller.signal;
}

async function demo(keep: boolean): Promise<number> {
  const left = leaving();
  const place = await makePlace();
  const over = new AbortController();
  let failure: unknown;
  try {
    await play({ place, screen, signal: AbortSignal.any([left, over.signal]), keep });
    if (keep) return EXIT.ok;
  } catch (error) {
    failure = error;
    // Whatever is still on the stage ends now.
    over.abort(error);
    if (process.stdout.isTTY) process.stdout.write(LEAVE_FRAME);
  }
  if (left.aborted) screen.say('\nInterrupted.');
  else if (failure) screen.say(screen.colours.red(`\n✗ ${messageOf(failure)}`));
  if (failure && !left.aborted) await sayWhereToLook(place.folder);
  screen.say('Taking everything away …');
  await takeAway(place.folder);
  screen.say(GONE);
  if (left.aborted) return EXIT.interrupted;
  return failure ? EXIT.failed : EXIT.ok;
}

async function sayWhereToLook(folder: string): Promise<void> {
  const traces = await keepTraces(folder);
  if (traces !== undefined) screen.say(`  → the server's logs and the folders of all runs are kept in ${traces}`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function stop(): Promise<number> {
  const folder = demoFolder();
  if (existsSync(folder) && (await demoAtWork(folder))) throw new CannotBegin('a demo is at work: end it with Ctrl-C');
  await takeAway(folder);
  screen.say(GONE);
  return EXIT.ok;
}

async function main(): Promise<number> {
  let flags: { keep?: boolean; stop?: boolean };
  try {
    flags = parseArgs({ options: { keep: { type: 'boolean' }, stop: { type: 'boolean' } } }).values;
  } catch (error) {
    console.error(`${messageOf(error)}\n${USAGE}`);
    return EXIT.usage;
  }
  try {
    return flags.stop ? await stop() : await demo(flags.keep ?? false);
  } catch (error) {
    console.error(`demo: ${messageOf(error)}`);
    if (!(error instanceof CannotBegin)) console.error('  → try again to take everything away: npm run demo -- --stop');
    return EXIT.failed;
  }
}

// Whoever watched may have closed the terminal; what is to be taken away is taken away all the same.
process.stdout.on('error', () => undefined);
process.exit(await main());
