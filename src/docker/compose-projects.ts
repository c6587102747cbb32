import type { ContainerInfo } from 'dockerode';
import type { ComposeProject } from './engine.js';
import { PROJECT_LABEL } from './observed-from-inspect.js';

/**
 * The projects that containers belong to, by name. Where their labels differ (a project was deployed again from other
 * files, and only some of its services changed) the newest container speaks for the project.
 */
export function composeProjects(containers: Pick<ContainerInfo, 'Labels' | 'Created'>[]): ComposeProject[] {
  const byName = new Map<string, ComposeProject>();
  for (const { Labels } of [...containers].sort((a, b) => a.Created - b.Created)) {
    const name = Labels[PROJECT_LABEL];
    const workingDir = Labels[`${PROJECT_LABEL}.working_dir`];
    if (!name || !workingDir) continue;
    const configFiles = paths(Labels[`${PROJECT_LABEL}.config_files`]);
    byName.set(name, { name, workingDir, configFiles, envFiles: paths(Labels[`${PROJECT_LABEL}.environment_file`]) });
  }
  return [...byName.values()].sort((a, b) => a.name.localeCompare(b.name));
}

function paths(label: string | undefined): string[] {
  return (label ?? '').split(',').filter((path) => path !== '');
}
