import { nearestOf } from '../spec/nearest.js';
import type { CheckReport } from '../spec/check-report.js';
import { layerNamed, NETWORK } from './layers.js';

/** What is looked at. */
export interface Chosen {
  services: Set<string>;
  /** Whether ways between services are looked at, of the chosen ones. */
  network: boolean;
  /** Whether the services are looked at themselves. */
  themselves: boolean;
}

/** What there is to choose from. */
export interface Choice {
  /** By service. */
  layers: Record<string, string>;
  stores: CheckReport['stores'];
}

/**
 * What `only` and `services` leave of a stack. Returns words where they name nothing that is there: a check of nothing would
 * be green.
 */
export function choose(
  { layers, stores }: Choice,
  { only, services }: { only?: string | undefined; services: string[] },
): Chosen | { refused: string } {
  const all = Object.keys(layers).sort();
  const unknown = services.find((service) => !all.includes(service));
  if (unknown !== undefined) return { refused: `there is no service ${unknown}${meant(unknown, all)}` };
  const within = (names: string[]): Set<string> =>
    new Set(services.length === 0 ? names : names.filter((name) => services.includes(name)));
  if (only === undefined) return { services: within(all), network: true, themselves: true };
  if (only === NETWORK) return { services: within(all), network: true, themselves: false };

  const layer = layerNamed(only, Object.values(layers));
  const named = layer !== undefined ? all.filter((name) => layers[name] === layer) : storesOf(stores, only);
  const asked = named.length > 0 ? named : all.filter((name) => name === only);
  if (asked.length === 0) {
    const known = [...new Set(Object.values(layers)), ...new Set(stores.map(({ type }) => type)), NETWORK, ...all];
    return { refused: `there is no ${only} to look at${meant(only, known)}` };
  }
  const chosen = within(asked);
  if (chosen.size === 0) return { refused: `${services.join(', ')} is not part of ${only}` };
  return { services: chosen, network: false, themselves: true };
}

function storesOf(stores: CheckReport['stores'], type: string): string[] {
  return stores.filter((store) => store.type === type).map(({ service }) => service);
}

function meant(name: string, known: string[]): string {
  const nearest = nearestOf(name, known);
  return nearest === undefined ? `; say one of: ${known.join(', ')}` : `; did you mean ${nearest}?`;
}
