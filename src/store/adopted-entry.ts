import path from 'node:path';
import type { ComposeProject } from '../docker/engine.js';
import type { StackEntry } from './registry.js';

/** What Compose reads by itself, in a directory whose files nobody names; the second is merged over the first. */
const DEFAULT_FILES = [/^(?:docker-)?compose\.ya?ml$/, /^(?:docker-)?compose\.override\.ya?ml$/];

/**
 * A running project as a registry entry. Undefined when its labels name no file, or one below `home`: that is a frozen
 * file of ours, which says nothing of where the stack's own files are.
 */
export function entryOfProject(project: ComposeProject, home: string, now: Date): StackEntry | undefined {
  const { name, workingDir, configFiles, envFiles } = project;
  const named = [workingDir, ...configFiles, ...envFiles];
  if (configFiles.length === 0 || !named.every((file) => path.isAbsolute(file))) return undefined;
  if (configFiles.some((file) => isBelow(file, home))) return undefined;
  return {
    name,
    directory: workingDir,
    files: areDefaults(workingDir, configFiles) ? [] : configFiles,
    envFiles: envFiles.length === 1 && envFiles[0] === path.join(workingDir, '.env') ? [] : envFiles,
    profiles: [],
    capturedEnv: [],
    addedAt: now.toISOString(),
  };
}

function areDefaults(directory: string, files: string[]): boolean {
  return (
    files.length <= DEFAULT_FILES.length &&
    files.every((file, at) => path.dirname(file) === directory && DEFAULT_FILES[at]!.test(path.basename(file)))
  );
}

function isBelow(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '' && relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
