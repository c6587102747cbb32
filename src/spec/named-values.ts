import { parseDocument } from 'yaml';
import { list, mapping } from './from-rendered.js';
import { isSecretKey } from './redact.js';

type NamedValue = [key: string, value: string];

/**
 * The values that a rendered Compose file gives to names: environment variables, build arguments, labels, contents of
 * configs and secrets, and what follows a flag like `--requirepass` in a command.
 */
export function namedValues(rendered: Record<string, unknown>): NamedValue[] {
  const services = Object.values(mapping(rendered['services'])).map(mapping);
  const named = services.flatMap((service) => [
    ...pairsOf(service['environment']),
    ...pairsOf(service['labels']),
    ...pairsOf(mapping(service['build'])['args']),
    ...pairsOf(mapping(service['build'])['labels']),
    ...['command', 'entrypoint'].flatMap((key) => flagsOf(service[key])),
    ...flagsOf(mapping(service['healthcheck'])['test']),
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
  return [...defaults, ...namedValues(mapping(contentOf(text)))];
}

/** As much as can be had of a file that may have mistakes. */
function contentOf(text: string): unknown {
  try {
    return parseDocument(text, { logLevel: 'silent' }).toJS({ maxAliasCount: -1 });
  } catch {
    return undefined;
  }
}

/** `{NAME: value}`, or a list of `NAME=value`. */
function pairsOf(written: unknown): NamedValue[] {
  const items = list(written).map((item) => /^([^=]*)=([\s\S]*)$/.exec(String(item)));
  return [
    ...Object.entries(mapping(written)).map(([key, value]): NamedValue => [key, String(value ?? '')]),
    ...items.flatMap((match): NamedValue[] => (match ? [[match[1]!, match[2]!]] : [])),
  ];
}

/** What follows a flag or an equals sign in a command: `--token X`, `PGPASSWORD=X`. */
function flagsOf(command: unknown): NamedValue[] {
  const words = (typeof command === 'string' ? [command] : list(command).map(String)).flatMap((part) =>
    part.split(/\s+/),
  );
  return words.flatMap((word, at): NamedValue[] => {
    const [, name, assigned] = /^["']?([\w.-]+)=(.+)$/.exec(word) ?? [];
    const value = assigned ?? (word.startsWith('-') ? words[at + 1] : undefined);
    if (value === undefined || !isSecretKey(name ?? word)) return [];
    // In a shell the command may go on right behind it: `--token X;`.
    const forms = [value, value.replace(/[;|&)}]+$/, '')].map((form) => form.replace(/^["']|["']$/g, ''));
    return [...new Set(forms)].map((form) => [name ?? word, form]);
  });
}
