import { ApplicationFailure, sleep } from '@temporalio/activity';
import { type Candidate, chooseHost, type HostChoice } from '../src/presence/choose-host.js';
import { readPresence, readPresences } from '../src/presence/read-presences.js';
import type { HostFacts } from '../src/spec/presence.js';
import { readStack } from '../src/store/registry.js';
import type { AnyWorkerActivities } from './activities.js';
import { FAILURE } from './failures.js';
import { hostFacts } from './host-facts.js';
import { knownStack } from './known-stack.js';
import type { World } from './world.js';

/** What a host has just said of itself takes this long to be known, at most; a worker that has just started, to be at work. */
const SETTLED_WITHIN_MS = 5000;
const LOOK_EVERY_MS = 300;

/** Safe to repeat: it looks, and a stack that is registered is not adopted again. */
export function locateStack(world: World & { indexed: boolean }): AnyWorkerActivities['locateStack'] {
  return async ({ stack, host }) => {
    const choice = await settledChoice(world, stack, host);
    // Alone, this host says itself what it knows instead.
    if (choice.kind === 'unknown' && choice.hosts.length === 1) await knownStack(world, stack);
    if (choice.kind !== 'found') throw refusal(choice, stack, host);
    // What runs here without being registered is adopted.
    if (choice.candidate.host === world.host) await knownStack(world, stack);
    return { host: choice.candidate.host, indexed: world.indexed };
  };
}

/** Whether a command that names no host would be refused, or would go to another one. */
export async function needsHost(world: World, stack: string): Promise<boolean> {
  const choice = chooseHost(await candidatesFor(world, stack, undefined), undefined);
  return choice.kind === 'several' || ('candidate' in choice && choice.candidate.host !== world.host);
}

/** What is not found at the first look may have been said a moment ago by another host; a host by itself need not wait. */
async function settledChoice(world: World, stack: string, named: string | undefined): Promise<HostChoice> {
  const until = performance.now() + SETTLED_WITHIN_MS;
  for (;;) {
    const candidates = await candidatesFor(world, stack, named);
    const choice = chooseHost(candidates, named);
    const mayChange = choice.kind === 'down' || choice.kind === 'no-such-host' || candidates.length > 1;
    if (choice.kind === 'found' || choice.kind === 'several' || !mayChange) return choice;
    if (performance.now() > until) return choice;
    await sleep(LOOK_EVERY_MS);
  }
}

async function candidatesFor(world: World, stack: string, named: string | undefined): Promise<Candidate[]> {
  const own = await ownCandidate(world, stack);
  if (named === world.host) return [own];
  const known = await readPresences(world.temporal);
  // The list may be behind by a moment, which matters where one is named.
  const one =
    named === undefined || known.some(({ host }) => host === named)
      ? undefined
      : await readPresence(world.temporal, named);
  const others = [...known, ...(one ? [one] : [])].filter(({ host }) => host !== world.host);
  return [own, ...others.map((presence) => ({ ...presence, knows: whatItKnows(presence, stack) }))];
}

/** This host's own registry is never behind. */
async function ownCandidate(world: World, stack: string): Promise<Candidate> {
  const registered = (await readStack(world.layout, stack)) !== undefined;
  const knows = registered ? 'registered' : whatItKnows(await hostFacts(world), stack);
  return { host: world.host, alive: true, knows };
}

function whatItKnows({ stacks, running }: HostFacts, name: string): Candidate['knows'] {
  if (stacks.some(({ stack }) => stack === name)) return 'registered';
  return running.includes(name) ? 'running' : 'nothing';
}

function refusal(choice: Exclude<HostChoice, { kind: 'found' }>, stack: string, named: string | undefined): Error {
  switch (choice.kind) {
    case 'down': {
      const { host, lastSeenMs } = choice.candidate;
      const seen =
        lastSeenMs === undefined
          ? 'has not been seen lately'
          : `was last seen at ${new Date(lastSeenMs).toISOString()}`;
      return ApplicationFailure.nonRetryable(
        `Host ${host} is down: its worker ${seen}. Start it there: evenkeel worker (or evenkeel server), then deploy again`,
        FAILURE.stepFailed,
        { excerpt: [] },
      );
    }
    case 'several':
      return invalid(
        `Several hosts have a stack "${stack}": ${choice.hosts.join(', ')}. Say which is meant: "host" in the input, --host in the command line`,
      );
    case 'no-such-host':
      return invalid(`There is no host "${named}". Known are: ${choice.known.join(', ')}`);
    case 'unknown':
      return invalid(
        `No host knows a stack "${stack}"; asked were ${choice.hosts.join(', ')}. Add it on its host: cd its directory && evenkeel stack add -p ${stack}`,
      );
  }
}

function invalid(message: string): Error {
  return ApplicationFailure.nonRetryable(message, FAILURE.invalidInput);
}
