import type { NextCommand, ServedRow } from '../spec/what-serves.js';
import { beginAgain, deployInstead, type RunKind } from './begin-again.js';
import { afterNewer, type NewerRun } from './newer-run.js';

/** All that decides what a person does next about a stack that a run has not brought back whole. */
export interface NextFacts {
  stack: string;
  /** The stack's host, where commands have to name it. */
  host?: string;
  /** The run that could not bring it back. */
  run: RunKind;
  rows: ServedRow[];
  /** Services that the run answers for, in the order in which they start; none where it has left nothing but names and networks. */
  touched: string[];
  newer?: NewerRun;
  /** Volumes whose old content has to be put back first, each with the command. */
  unsettled: { volume: string; command: string }[];
  /** Volumes that the run has left half replaced, and whose old content is gone, each with the service that has it. */
  lost: { volume: string; service: string }[];
  /** The release that served before. */
  before?: string;
  /** Containers that ran in it: others had run to their end, or had been stopped. */
  ran: string[];
  /** All of its containers are there, whether they are well or not, so that a rollback to it would be refused. */
  stands: boolean;
  /** A release that a rollback would bring back whole, and that does not serve: the one from before, where that is one. */
  returnable?: string;
}

/** The one command that gets the stack to serve again, as far as that can be told. */
export function nextCommand(facts: NextFacts): NextCommand {
  const { stack, newer, unsettled, lost } = facts;
  const theirs = newer && afterNewer(newer, flagsOf(facts));
  if (theirs) return theirs;
  const then = lost.length > 0 ? restoreOf(facts) : nextForServices(facts);
  if (unsettled.length === 0) return then;
  const volumes = unsettled.map(({ volume }) => volume);
  const users = `docker ps ${volumes.map((volume) => `--filter volume=${volume}`).join(' ')}`;
  return {
    command: [...unsettled.map(({ command }) => command), then.command].join(' && '),
    means:
      `on the host of ${stack}, once nothing that runs uses it (stop what this shows: ${users}), else it does nothing: ` +
      `puts the old content of ${volumes.join(', ')} back and says so, then ${then.means}`,
  };
}

/** Nothing else goes on with the stack before that. */
function restoreOf(facts: NextFacts): NextCommand {
  const volumes = facts.lost.map(({ volume }) => volume).join(', ');
  const services = [...new Set(facts.lost.map(({ service }) => service))];
  return {
    command: `evenkeel restore ${flagsOf(facts)} ${services.join(' ')}`,
    means: `what ${volumes} had before is gone with what kept it: restores the newest backup, and keeps what is there now`,
  };
}

function nextForServices(facts: NextFacts): NextCommand {
  const { run, rows, touched, before, stands, returnable } = facts;
  const at = flagsOf(facts);
  const goTo = (release: string): string => `evenkeel rollback ${release} ${at}`;
  const isBefore = before !== undefined && rows.length > 0 && rows.every(({ release }) => release === before);
  const down = isBefore ? rows.filter((row) => isDown(row) && !mayRest(facts, row)) : [];
  if (touched.length === 0 && (down.length === 0 || run.type === 'deploy')) return beginAgain(run, at);
  if (before !== undefined && returnable === before) {
    return { command: goTo(before), means: `brings release ${before} back whole, once nothing is in its way` };
  }
  if (down.length > 0) {
    const means = `starts what is down of release ${before}, all of which is there, once nothing is in its way`;
    return { command: `docker start ${inOrder(down, touched).join(' ')}`, means };
  }
  if (rows.every((row) => isWell(facts, row) || mayRest(facts, row))) {
    return { command: `evenkeel check ${at}`, means: 'says whether what runs again is well' };
  }
  if (isBefore && stands) {
    return { command: `evenkeel check ${at}`, means: `all of release ${before} is there again: says what ails it` };
  }
  if (returnable !== undefined) {
    return {
      command: goTo(returnable),
      means: `brings release ${returnable} back, all of which is kept`,
    };
  }
  return deployInstead(run, at);
}

function flagsOf({ stack, host }: NextFacts): string {
  return `-p ${stack}${host === undefined ? '' : ` --host ${host}`}`;
}

const DOWN: ServedRow['state'][] = ['created', 'exited', 'dead'];

function isDown({ state }: ServedRow): boolean {
  return DOWN.includes(state);
}

/** It did not run in the release of before either. */
function mayRest({ before, ran }: NextFacts, row: ServedRow): boolean {
  const { release, container } = row;
  return before !== undefined && release === before && isDown(row) && !ran.includes(container!);
}

/** How often it was started again is of the past, and no illness of one that runs. */
function isWell({ ran }: NextFacts, { release, container, state, health, issue }: ServedRow): boolean {
  if (release === undefined) return false;
  return state === 'running' ? health !== 'unhealthy' : issue === undefined && !ran.includes(container!);
}

/** Containers by the order in which their services start. Compose would start what these depend on too, also what is done. */
function inOrder(down: ServedRow[], touched: string[]): string[] {
  const place = ({ service }: ServedRow): number => touched.indexOf(service);
  return [...down].sort((a, b) => place(a) - place(b)).map(({ container }) => container!);
}
