import type { Finding } from '../spec/finding.js';
import { compareText } from '../plan/words.js';

/**
 * A stack that is deployed for the first time, from a directory that another project has been deployed from: most often
 * its name has changed. Volumes are named after the project, so the new one would start with empty ones beside the old.
 */
export function checkSameDirectory(
  project: string,
  { hasContainers, others, directory }: { hasContainers: boolean; others: string[]; directory: string },
): Finding[] {
  const names = [...new Set(others)].filter((name) => name !== project && name !== '').sort(compareText);
  if (hasContainers || names.length === 0) return [];
  return [
    {
      rule: 'project-renamed',
      severity: 'warning',
      message: `${project} has no container yet, but ${names.join(', ')} has been deployed from ${directory}; its volumes are not those of ${project}`,
      remedy: `if the name changed by mistake, keep the old one: name: ${names[0]} in the Compose file, or -p ${names[0]}`,
    },
  ];
}
