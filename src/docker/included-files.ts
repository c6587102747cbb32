import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { envFileValues, interpolated } from '../spec/env-file.js';
import { list, mapping } from '../spec/from-rendered.js';
import type { SourceFile } from '../spec/places.js';
import { writtenContent } from '../spec/written-content.js';

/** Compose files with all that they include. Holds secrets. */
export interface IncludedFiles {
  /** In the order in which Compose merges them: what a file includes comes before it. */
  files: SourceFile[];
  /** The variables that included projects bring along in env files of their own. */
  variables: Record<string, string>;
}

/** Where relative paths of a file's `include` begin, and what their variables stand for. */
interface Surroundings {
  directory: string;
  environment: Record<string, string>;
}

/**
 * Follows `include:` as Compose does: paths are relative to the project's directory, which for an included file is its
 * own folder unless it says another. What cannot be read or is not on this machine is left out; it is for Compose to
 * complain about.
 */
export async function withIncluded(
  sources: readonly SourceFile[],
  surroundings: Surroundings,
  including: readonly string[] = [],
): Promise<IncludedFiles> {
  const found: IncludedFiles = { files: [], variables: {} };
  for (const source of sources) {
    // A file that includes itself would never end.
    if (including.includes(source.file)) continue;
    for (const entry of includesOf(source.text)) {
      const inner = await openInclude(entry, surroundings);
      const more = await withIncluded(inner.sources, inner, [...including, source.file]);
      found.files.push(...more.files);
      Object.assign(found.variables, inner.variables, more.variables);
    }
    found.files.push(source);
  }
  return found;
}

interface Include {
  paths: string[];
  projectDirectory?: string;
  envFiles?: string[];
}

async function openInclude(
  { paths, projectDirectory, envFiles }: Include,
  { directory, environment }: Surroundings,
): Promise<Surroundings & { sources: SourceFile[]; variables: Record<string, string> }> {
  const resolved = (place: string): string => path.resolve(directory, interpolated(place, environment));
  const files = paths.map(resolved);
  const inner = projectDirectory === undefined ? path.dirname(files[0]!) : resolved(projectDirectory);
  const ownEnvFiles = envFiles?.map(resolved) ?? [path.join(inner, '.env')];
  let variables: Record<string, string> = {};
  for (const { text } of await readAll(ownEnvFiles)) {
    variables = { ...variables, ...envFileValues(text, { ...variables, ...environment }) };
  }
  return {
    directory: inner,
    environment: { ...variables, ...environment },
    sources: await readAll(files),
    variables,
  };
}

/** `include: [ file, { path: file or files, project_directory, env_file } ]` */
function includesOf(text: string): Include[] {
  return list(mapping(writtenContent(text))['include']).flatMap((entry): Include[] => {
    const { path: place, project_directory: directory, env_file: env } = mapping(entry);
    const paths = typeof entry === 'string' ? [entry] : textsOf(place);
    if (paths.length === 0) return [];
    return [
      {
        paths,
        ...(typeof directory === 'string' ? { projectDirectory: directory } : {}),
        ...(env === undefined ? {} : { envFiles: textsOf(env) }),
      },
    ];
  });
}

function textsOf(written: unknown): string[] {
  return (typeof written === 'string' ? [written] : list(written)).map(String);
}

async function readAll(files: readonly string[]): Promise<SourceFile[]> {
  const read = await Promise.all(
    files.map(async (file) => ({ file, text: await readFile(file, 'utf8').catch(() => undefined) })),
  );
  return read.flatMap(({ file, text }) => (text === undefined ? [] : [{ file, text }]));
}
