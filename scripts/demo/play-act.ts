import { exitCodeOf, type Outcome } from '../../src/spec/outcome.js';
import { deploy, type Deployed } from './deploy-command.js';
import { probeOutage } from './outage-probe.js';
import type { Place } from './place.js';
import type { Screen } from './screen.js';
import type { DemoServer } from './server-process.js';
import type { Shop, ShopRelease } from './shop.js';
import { countRows, lookAtContainers, type Rows } from './stack-look.js';

/** What an act is played with. */
export interface Stage {
  place: Place;
  server: DemoServer;
  shop: Shop;
  screen: Screen;
  /** Aborts when the audience leaves. */
  signal: AbortSignal;
}

/** What was expected of an act, and what came. */
export interface Check {
  expected: string;
  holds: boolean;
  /** Shown when it does not hold. */
  instead: string;
}

/** A deployment, with the stack before and after it. */
export interface Played {
  deployed: Deployed;
  /** How long nobody was served, by service, in milliseconds; empty for the first deployment, when nobody was before. */
  outageMs: { api?: number; web?: number };
  /** How the last act left the stack. */
  before?: StackLook;
  after: StackLook;
}

export interface StackLook {
  rows: Rows;
  containers: string[];
}

/** One act, for the table at the end. */
export interface ActReport extends Played {
  number: number;
  title: string;
  checks: Check[];
}

export interface Plot {
  release: ShopRelease;
  /** The deployment is not rehearsed. */
  unrehearsed?: boolean;
  /** How the deployment is to end. */
  wanted: Outcome;
  before?: StackLook;
}

/**
 * Changes the shop to a release, deploys it, and watches customers meanwhile. Throws when the deployment ends otherwise
 * than it should.
 */
export async function playDeployment(
  { place, shop, screen, signal }: Stage,
  { release, unrehearsed, wanted, before }: Plot,
): Promise<Played> {
  await shop.change(release);
  const probes = { api: probeOutage(place.ports.api, '/version'), web: probeOutage(place.ports.web, '/') };
  const flags = unrehearsed ? ['--skip', 'rehearsal', '--reason', 'to see the way back'] : [];
  screen.command(`${settingsOf(release)} evenkeel deploy${unrehearsed ? ' --skip rehearsal --reason …' : ''}`);
  const deployed = await deploy(place, flags, signal);
  screen.release();
  screen.say();
  const outageMs = { api: await probes.api.stop(), web: await probes.web.stop() };
  requireOutcome(deployed, wanted);
  return { deployed, outageMs: before ? outageMs : {}, ...(before ? { before } : {}), after: await look() };
}

/** What somebody has edited before they type the command; the demo writes it into the shop's .env. */
function settingsOf({ version, broken, migration, databaseOptions }: ShopRelease): string {
  return [
    `SHOP_VERSION=${version}`,
    ...(broken ? [`SHOP_BROKEN=${broken}`] : []),
    ...(migration ? [`SHOP_MIGRATION=${migration}`] : []),
    ...(databaseOptions ? [`SHOP_DATABASE_OPTIONS='${databaseOptions}'`] : []),
  ].join(' ');
}

function requireOutcome({ exitCode, result: { outcome } }: Deployed, wanted: Outcome): void {
  if (outcome === wanted && exitCode === exitCodeOf(wanted)) return;
  throw new Error(
    `the deployment should be ${wanted} with exit code ${exitCodeOf(wanted)}; it is ${outcome} with exit code ${exitCode}`,
  );
}

/** The stack as it is now. */
export async function look(): Promise<StackLook> {
  const [rows, containers] = await Promise.all([countRows(), lookAtContainers()]);
  return { rows, containers };
}

/** Shows what was expected. Throws when something of it did not come. */
export function requireChecks({ say, colours }: Screen, checks: Check[]): void {
  for (const { expected, holds, instead } of checks) {
    say(holds ? `${colours.green('✓')} ${expected}` : `${colours.red('✗')} expected: ${expected}; but ${instead}`);
  }
  if (!checks.every(({ holds }) => holds)) throw new Error('this act did not end as it should');
}
