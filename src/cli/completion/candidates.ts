import type { Command } from 'commander';
import { type Place, optionsOf, whereIn } from './where.js';

/** What may stand at the cursor. */
export interface Candidate {
  value: string;
  /** Shown beside it by shells that can. */
  about?: string;
}

/** What this machine knows by name. Each is asked only where such a name may stand. */
export interface Names {
  stacks(): Promise<string[]>;
  /** Of the stack that is meant. */
  services(place: Place): Promise<string[]>;
  releases(place: Place): Promise<string[]>;
  backups(place: Place): Promise<string[]>;
}

/** Which names stand for an argument or a value, by what the help calls it. */
const NAMED_BY: Record<string, keyof Names> = {
  SERVICE: 'services',
  RELEASE: 'releases',
  BACKUP: 'backups',
  NAME: 'stacks',
  name: 'stacks',
};

/** Whatever may stand at the cursor: verbs, flags, their values, names. */
export async function candidatesFor(program: Command, words: string[], names: Names): Promise<Candidate[]> {
  const place = whereIn(program, words);
  const all = await everythingAt(place, names);
  return all.filter(({ value }) => value.startsWith(place.current));
}

async function everythingAt(place: Place, names: Names): Promise<Candidate[]> {
  const { command, option, current } = place;
  if (option) {
    // Only `-p` names a stack; a profile or a namespace is a <name> too.
    if (option.attributeName() === 'projectName') return named(await names.stacks());
    return named(option.argChoices ?? []);
  }
  if (current.startsWith('-')) {
    return optionsOf(command).flatMap(({ long, description }) => (long ? [{ value: long, about: description }] : []));
  }
  const verbs = place.argumentsBefore > 0 ? [] : command.commands.filter((verb) => !isHidden(verb));
  return [
    ...verbs.map((verb) => ({ value: verb.name(), about: verb.description() })),
    ...named(await argumentNames(place, names)),
  ];
}

/** The names of the argument at the cursor; the last one may be repeated. */
async function argumentNames(place: Place, names: Names): Promise<string[]> {
  const { registeredArguments } = place.command;
  const last = registeredArguments.at(-1);
  const argument = registeredArguments[place.argumentsBefore] ?? (last?.variadic ? last : undefined);
  if (!argument) return [];
  if (argument.argChoices) return argument.argChoices;
  const source = NAMED_BY[argument.name()];
  return source === undefined ? [] : names[source](place);
}

function named(values: readonly string[]): Candidate[] {
  return values.map((value) => ({ value }));
}

function isHidden(verb: Command): boolean {
  return verb.name().startsWith('__');
}
