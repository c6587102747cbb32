import type { Command, Option } from 'commander';
import type { TypedGlobalFlags } from '../global-flags.js';

/** Where in a command line the cursor is. */
export interface Place {
  /** The verb so far, or the program itself. */
  command: Command;
  /** The option whose value is being typed. */
  option?: Option;
  /** How many arguments of the verb have been typed before. */
  argumentsBefore: number;
  /** The word at the cursor, as far as it goes. */
  current: string;
  /** What was typed of the flags that say which stack is meant. */
  flags: Pick<TypedGlobalFlags, 'file' | 'projectName' | 'projectDirectory'>;
}

/** Reads the words of a command line, without the program's name; the last one is being typed, and may be empty. */
export function whereIn(program: Command, words: string[]): Place {
  const place: Place = { command: program, argumentsBefore: 0, current: words.at(-1) ?? '', flags: {} };
  for (const word of words.slice(0, -1)) {
    if (place.option) {
      note(place, place.option, word);
      delete place.option;
      continue;
    }
    if (word.startsWith('-')) {
      const [flag = '', value] = word.split('=', 2);
      const option = optionOf(place.command, flag);
      if (option && takesValue(option) && value === undefined) place.option = option;
      else if (option && value !== undefined) note(place, option, value);
      continue;
    }
    const verb = place.argumentsBefore === 0 ? place.command.commands.find((each) => each.name() === word) : undefined;
    if (verb) place.command = verb;
    else place.argumentsBefore++;
  }
  return place;
}

/** The options that may stand here: those of the verb, and of what it is part of. */
export function optionsOf(command: Command): Option[] {
  const above = command.parent ? optionsOf(command.parent) : [];
  return [...command.options, ...above];
}

function optionOf(command: Command, flag: string): Option | undefined {
  return optionsOf(command).find(({ long, short }) => long === flag || short === flag);
}

function takesValue({ required, optional }: Option): boolean {
  return required || optional;
}

function note({ flags }: Place, option: Option, value: string): void {
  const name = option.attributeName();
  if (name === 'file') flags.file = [...(flags.file ?? []), value];
  if (name === 'projectName') flags.projectName = value;
  if (name === 'projectDirectory') flags.projectDirectory = value;
}
