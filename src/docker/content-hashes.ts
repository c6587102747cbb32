import { createHmac } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { list, mapping, mounts } from '../spec/from-rendered.js';

/** A keyed hash of a content. */
export function keyedHash(key: Buffer, content: string | Buffer): string {
  return createHmac('sha256', key).update(content).digest('hex');
}

/**
 * A keyed hash for every content that Compose does not look at when it decides what to recreate: single files that are
 * bound, secrets and configs from files or variables, and inline configs. By service, then by what it is: `bind:/etc/app.conf`,
 * `secret:db`, `config:app`. A file that is not there has the hash of nothing.
 */
export async function contentHashes(
  rendered: Record<string, unknown>,
  env: Record<string, string>,
  key: Buffer,
): Promise<Record<string, Record<string, string>>> {
  const hashes: Record<string, Record<string, string>> = {};
  for (const [name, entry] of Object.entries(mapping(rendered['services']))) {
    const service = mapping(entry);
    hashes[name] = {
      ...(await boundFiles(service, key)),
      ...(await attached('secret', service['secrets'], mapping(rendered['secrets']), env, key)),
      ...(await attached('config', service['configs'], mapping(rendered['configs']), env, key)),
    };
  }
  return hashes;
}

async function boundFiles(service: Record<string, unknown>, key: Buffer): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const { type, source, target } of mounts(service)) {
    if (type !== 'bind' || source === undefined || !(await isFile(source))) continue;
    hashes[`bind:${target}`] = await fileHash(source, key);
  }
  return hashes;
}

async function attached(
  kind: 'secret' | 'config',
  references: unknown,
  definitions: Record<string, unknown>,
  env: Record<string, string>,
  key: Buffer,
): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const reference of list(references)) {
    const name = String(mapping(reference)['source'] ?? reference);
    const { file, environment, content } = mapping(definitions[name]);
    if (typeof file === 'string') hashes[`${kind}:${name}`] = await fileHash(file, key);
    else if (typeof environment === 'string') hashes[`${kind}:${name}`] = keyedHash(key, env[environment] ?? '');
    else if (typeof content === 'string') hashes[`${kind}:${name}`] = keyedHash(key, content);
  }
  return hashes;
}

async function fileHash(file: string, key: Buffer): Promise<string> {
  const hash = createHmac('sha256', key);
  if (await isFile(file)) for await (const part of createReadStream(file)) hash.update(part as Buffer);
  return hash.digest('hex');
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** Variables that secrets and configs of a rendered file are taken from; Compose needs them in its environment. */
export function secretVariables(rendered: Record<string, unknown>): string[] {
  return ['secrets', 'configs'].flatMap((kind) =>
    Object.values(mapping(rendered[kind])).flatMap((definition) => {
      const { environment } = mapping(definition);
      return typeof environment === 'string' ? [environment] : [];
    }),
  );
}
