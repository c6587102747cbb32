import path from 'node:path';
import { readFile } from 'node:fs/promises';
import { redactor } from '../spec/redact.js';
import type { StackSpec } from '../spec/stack-spec.js';
import { stackFolder, type Layout } from './layout.js';
import type { SourceRevision } from './releases.js';
import { readJson, writeJson, writePrivate } from './private-file.js';

/**
 * A configuration as it was rendered once for a run, opened from its folder. On disk, all 0600: `compose.yaml` (the
 * rendering), `spec.json`, `secrets.json` (values Compose takes from its environment), `frozen.json` (the rest).
 */
export interface Frozen {
  /** Absolute. */
  folder: string;
  composeFile: string;
  spec: StackSpec;
  /** The project directory of the original files. */
  directory: string;
  /** What the working copy was that the files are in; absent where that is in none. */
  source?: SourceRevision;
  /** Environment variables that secrets of the configuration are taken from. */
  secrets: Record<string, string>;
  /** Takes every secret value of this configuration out of a text. */
  redact(text: string): string;
}

/** What is kept of a frozen configuration. */
export interface FrozenContent {
  yaml: string;
  spec: StackSpec;
  directory: string;
  source?: SourceRevision;
  secrets: Record<string, string>;
  secretValues: string[];
}

/** Writes a frozen configuration into a folder that is being prepared. */
export async function writeFrozen(folder: string, content: FrozenContent): Promise<void> {
  const { yaml, spec, directory, source, secrets, secretValues } = content;
  await writePrivate(path.join(folder, 'compose.yaml'), yaml);
  await writeJson(path.join(folder, 'spec.json'), spec);
  await writeJson(path.join(folder, 'secrets.json'), { secrets, secretValues });
  await writeJson(path.join(folder, 'frozen.json'), { directory, ...(source ? { source } : {}) });
}

/**
 * Opens a frozen configuration. `folder` is relative to the stack's folder, as a `FrozenRef` or a release says it.
 * Throws when there is none: a run never goes on with another.
 */
export async function openFrozen(layout: Layout, stack: string, folder: string): Promise<Frozen> {
  const place = path.join(stackFolder(layout, stack), folder);
  const spec = await frozenSpec(place);
  const kept = await readJson<Pick<FrozenContent, 'secrets' | 'secretValues'>>(path.join(place, 'secrets.json'));
  const about = await readJson<Pick<FrozenContent, 'directory' | 'source'>>(path.join(place, 'frozen.json'));
  if (!spec || !kept || !about) throw new Error(`The frozen configuration ${place} is gone; nothing can go on from it`);
  return {
    folder: place,
    composeFile: path.join(place, 'compose.yaml'),
    spec,
    directory: about.directory,
    ...(about.source ? { source: about.source } : {}),
    secrets: kept.secrets,
    redact: redactor(kept.secretValues),
  };
}

/** The specification alone, by the absolute folder; undefined where there is none. */
export function frozenSpec(folder: string): Promise<StackSpec | undefined> {
  return readJson<StackSpec>(path.join(folder, 'spec.json'));
}

/** The values that a frozen configuration keeps out of every text; for another configuration that is made of it. */
export async function frozenSecretValues({ folder }: Pick<Frozen, 'folder'>): Promise<string[]> {
  const kept = await readJson<Pick<FrozenContent, 'secretValues'>>(path.join(folder, 'secrets.json'));
  if (!kept) throw new Error(`The frozen configuration ${folder} is gone; nothing can go on from it`);
  return kept.secretValues;
}

/** The rendered text of a frozen configuration. It holds secrets. */
export async function frozenYaml(frozen: Pick<Frozen, 'composeFile'>): Promise<string> {
  return readFile(frozen.composeFile, 'utf8');
}
