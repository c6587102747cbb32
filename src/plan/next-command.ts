import type { NextCommand, ServedRow } from '../spec/what-serves.js';

/** All that decides what a person does next about a stack that a run has not brought back whole. */
export interface NextFacts {
  stack: string;
  rows: ServedRow[];
  /** Services that the run answers for; none where it has left nothing but names and networks. */
  touched: string[];
  /** The newer run that has the stack. */
  newer?: string;
  /** Volumes whose old content has to be put back first, each with the command. */
  unsettled: { volume: string; command: string }[];
  /** The release that served before. */
  before?: string;
  /** A release that a rollback would bring back whole, and that does not serve: the one from before, where that is one. */
  returnable?: string;
}

/** The one command that gets the stack to serve again, as far as that can be told. */
export function nextCommand(facts: NextFacts): NextCommand {
  const { stack, newer, unsettled } = facts;
  if (newer !== undefined) {
    return { command: `evenkeel follow '${newer}'`, means: 'that run has the stack by now, and decides what serves' };
  }
  const then = nextForServices(facts);
  if (unsettled.length === 0) return then;
  const volumes = unsettled.map(({ volume }) => volume).join(', ');
  return {
    command: [...unsettled.map(({ command }) => command), then.command].join(' && '),
    means: `on the host of ${stack}: puts the old content of ${volumes} back and says so, then ${then.means}`,
  };
}

function nextForServices({ stack, rows, touched, before, returnable }: NextFacts): NextCommand {
  const deploy = `evenkeel deploy -p ${stack}`;
  const goTo = (release: string): string => `evenkeel rollback ${release} -p ${stack}`;
  if (touched.length === 0) {
    return {
      command: deploy,
      means: 'no service was touched: it goes on from what is there, once what failed is mended',
    };
  }
  if (before !== undefined && returnable === before) {
    return { command: goTo(before), means: `brings release ${before} back whole, once nothing is in its way` };
  }
  const down = rows.filter(({ state }) => DOWN.includes(state));
  if (before !== undefined && down.length > 0 && rows.every(({ release }) => release === before)) {
    const services = [...new Set(down.map(({ service }) => service))].join(' ');
    const means = `starts what is down of release ${before}, all of which is there, once nothing is in its way`;
    return { command: `docker compose -p ${stack} start ${services}`, means };
  }
  if (rows.every(({ release, issue }) => release !== undefined && issue === undefined)) {
    return { command: `evenkeel check -p ${stack}`, means: 'says whether what runs again is well' };
  }
  if (returnable !== undefined) {
    return {
      command: goTo(returnable),
      means: `brings release ${returnable} back, all of which is kept`,
    };
  }
  return {
    command: deploy,
    means: 'deploys what the files ask for, once that is mended: no release can be gone back to',
  };
}

const DOWN: ServedRow['state'][] = ['created', 'exited', 'dead'];
