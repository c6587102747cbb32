import { commandValues } from './command-values.js';
import { list, mapping } from './from-rendered.js';
import { writtenContent } from './written-content.js';

type NamedValue = [key: string, value: string];

/**
 * The values that a rendered Compose file gives to names: environment variables, build arguments, labels, contents of
 * configs and secrets; and the secrets that commands, entrypoints and healthchecks hold.
 */
export function namedValues(rendered: Record<string, unknown>): NamedValue[] {
  const names = Object.keys(mapping(rendered['services']));
  const services = Object.values(mapping(rendered['services'])).map(mapping);
  // What only a command takes for a password, and stands in every message, is left readable.
  const ofCommand = (written: unknown): NamedValue[] =>
    commandValues(commandOf(written)).filter(([, value]) => !names.includes(value));
  const named = services.flatMap((service) => [
    ...pairsOf(service['environment']),
    ...pairsOf(service['labels']),
    ...pairsOf(mapping(service['build'])['args']),
    ...pairsOf(mapping(service['build'])['labels']),
    ...['command', 'entrypoint'].flatMap((key) => ofCommand(service[key])),
    ...ofCommand(mapping(service['healthcheck'])['test']),
  ]);
  const contents = ['configs', 'secrets']
    .flatMap((kind) => Object.values(mapping(rendered[kind])))
    .flatMap((entry): NamedValue[] => {
      const { content } = mapping(entry);
      return typeof content === 'string' ? [['secret', content]] : [];
    });
  // Rendered files double each `$`.
  return [...named, ...contents].map(([key, value]) => [key, value.replaceAll('$$', '$')]);
}

/** The same of a file as it is written, where Compose renders none: defaults of variables count as values. */
export function writtenValues(text: string): NamedValue[] {
  const defaults = [...text.matchAll(/\$\{(\w+):?[-+]([^}]*)\}/g)].map(([, key, value]): NamedValue => [key!, value!]);
  return [...defaults, ...namedValues(mapping(writtenContent(text)))];
}

/** `{NAME: value}`, or a list of `NAME=value`. */
function pairsOf(written: unknown): NamedValue[] {
  const items = list(written).map((item) => /^([^=]*)=([\s\S]*)$/.exec(String(item)));
  return [
    ...Object.entries(mapping(written)).map(([key, value]): NamedValue => [key, String(value ?? '')]),
    ...items.flatMap((match): NamedValue[] => (match ? [[match[1]!, match[2]!]] : [])),
  ];
}

/** A command as a list of arguments, or as one line. */
function commandOf(written: unknown): string[] {
  return typeof written === 'string' ? [written] : list(written).map(String);
}
