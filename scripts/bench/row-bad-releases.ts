import { isDeepStrictEqual } from 'node:util';
import type { DeployResult } from '../../src/spec/deploy-result.js';
import { BAD_RELEASES, type BadRelease, overrideFile } from './bad-shop-releases.js';
import { changedServices, lookAtContainers } from './container-look.js';
import type { Bench, Measurement } from './measurement.js';
import { PortProbe } from './port-probe.js';
import { type ShopStack, shopStack } from './shop-stack.js';

const UNREHEARSED = { skip: ['rehearsal' as const], reason: 'to see what a rehearsal spares' };
/** As long as a customer would wait: an API that is slow because images are being built is no outage. */
const ANSWER_WITHIN_MS = 1000;

/** A bad release that was deployed. */
interface Played {
  release: BadRelease;
  rehearsed: boolean;
  result: DeployResult;
  /** Services whose containers Docker shows to be others, or started anew. */
  changed: string[];
  outageMs: number;
}

/**
 * Seven bad releases of the shop, each rehearsed and not. Fails where one ends otherwise than it should, does not name its
 * culprit, or touches more than it says. Each is deployed once, however many runs are asked for.
 */
export async function badReleases({ server, say }: Bench): Promise<Measurement[]> {
  const shop = await shopStack(server, 'bad');
  const played: Played[] = [];
  try {
    await shop.setVersion(1);
    await shop.stack.write('compose.override.yaml', overrideFile());
    await shop.stack.register();
    await shop.stack.deploy();
    for (const release of BAD_RELEASES) {
      for (const rehearsed of [true, false]) {
        played.push(await play(shop, release, rehearsed));
        say(`bad releases: ${lineOf(played.at(-1)!).join(', ')}`);
      }
    }
  } finally {
    await shop.stack.remove();
  }
  const wrong = played.flatMap(wrongWith);
  if (wrong.length > 0) throw new Error(wrong.join('; '));
  return measured(played);
}

/** Deploys it while customers ask the API for what is in the database. Throws unless the good release serves afterwards. */
async function play(
  { stack, apiPort, setVersion }: ShopStack,
  release: BadRelease,
  rehearsed: boolean,
): Promise<Played> {
  const before = await lookAtContainers(stack.name);
  await setVersion(2, release.settings);
  await stack.write('compose.override.yaml', overrideFile(release.services));
  const probe = new PortProbe(apiPort, '/products', ANSWER_WITHIN_MS);
  try {
    await probe.answered();
    const result = await stack.resultOf(await stack.start(rehearsed ? {} : UNREHEARSED));
    const after = await lookAtContainers(stack.name);
    if (!isDeepStrictEqual(after.serving, before.serving)) {
      throw new Error(`${release.name}: what serves is not what served before: ${result.failure?.message}`);
    }
    await probe.answered(undefined, Date.now());
    return { release, rehearsed, result, changed: changedServices(before, after), outageMs: probe.outageMs() };
  } finally {
    await probe.stop();
  }
}

/** What is not as it has to be. */
function wrongWith({ release, rehearsed, result: { outcome, failure, touched }, changed }: Played): string[] {
  const expected = rehearsed ? 'rejected' : release.unrehearsed;
  const touches = expected === 'rejected' ? touched.length === 0 : touched.includes(release.culprit);
  const name = `${release.name}${rehearsed ? '' : ', not rehearsed'}`;
  return [
    ...(outcome === expected ? [] : [`${name}: ${outcome}, not ${expected}`]),
    ...(failure?.service === release.culprit ? [] : [`${name}: it names ${failure?.service}, not ${release.culprit}`]),
    ...(touches ? [] : [`${name}: it touched ${listed(touched)}`]),
    ...(isDeepStrictEqual([...touched].sort(), changed)
      ? []
      : [`${name}: it says it touched ${listed(touched)}; Docker shows ${listed(changed)}`]),
  ];
}

function measured(played: Played[]): Measurement[] {
  const [ours, peer] = [played.filter(({ rehearsed }) => rehearsed), played.filter(({ rehearsed }) => !rehearsed)];
  const longest = (ones: Played[]): number[] => [Math.max(...ones.map(({ outageMs }) => outageMs))];
  return [
    {
      what: 'longest outage of seven bad releases, rehearsed; peer: the same ones, not rehearsed',
      ours: longest(ours),
      peer: longest(peer),
      goal: { atMostMs: 0 },
    },
    {
      what: 'time until a bad release is rejected, rehearsed; peer: rejected or taken back, not rehearsed',
      ours: ours.map(tookMs),
      peer: peer.map(tookMs),
      details: {
        head: ['release', 'rehearsed', 'outcome', 'culprit', 'containers touched', 'outage', 'time'],
        rows: played.map(lineOf),
      },
    },
  ];
}

function lineOf(one: Played): string[] {
  const { release, rehearsed, result, changed, outageMs } = one;
  return [
    release.name,
    rehearsed ? 'yes' : 'no',
    result.outcome,
    result.failure?.service ?? 'nobody',
    changed.length === 0 ? '0' : `${changed.length} (${changed.join(', ')})`,
    `${outageMs.toFixed(0)} ms`,
    `${(tookMs(one) / 1000).toFixed(1)} s`,
  ];
}

function tookMs({ result }: Played): number {
  return result.endedAtMs - result.startedAtMs;
}

function listed(services: string[]): string {
  return services.join(', ') || 'nothing';
}
