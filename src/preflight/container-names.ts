import type { Finding } from '../spec/finding.js';
import type { StackSpec } from '../spec/stack-spec.js';

/** Whose container has a name now. Both are absent for one that Compose did not make. */
export interface NameOwner {
  project?: string;
  service?: string;
}

/** The names that the containers of a service are going to have. */
export function containerNames(spec: StackSpec, service: string): string[] {
  const { containerName, scale } = spec.services[service]!;
  if (containerName !== undefined) return [containerName];
  return Array.from({ length: scale }, (_, index) => `${spec.project}-${service}-${index + 1}`);
}

/**
 * Whether those names are free. A name that somebody else's container has is never freed by a deployment: only its
 * owner knows what it is for.
 */
export function checkContainerNames(spec: StackSpec, deployed: string[], owners: Record<string, NameOwner>): Finding[] {
  return deployed.flatMap((service) =>
    containerNames(spec, service).flatMap((name) => {
      const owner = owners[name];
      return owner ? nameFinding(spec, service, name, owner) : [];
    }),
  );
}

function nameFinding(spec: StackSpec, service: string, name: string, owner: NameOwner): Finding[] {
  if (owner.project === spec.project && owner.service === service) return [];
  const base = { rule: 'name-taken', severity: 'error', service } as const;
  if (owner.project !== spec.project) {
    const whose = owner.project === undefined ? 'that Compose did not make' : `of project ${owner.project}`;
    return [
      {
        ...base,
        message: `the name ${name} belongs to a container ${whose}`,
        remedy: `rename it (docker rename ${name} OTHER), or remove it if nobody needs it`,
      },
    ];
  }
  const orphan = owner.service === undefined || !(owner.service in spec.services);
  return [
    {
      ...base,
      message: `the name ${name} belongs to this stack's ${owner.service ?? 'unknown service'}${orphan ? ', which its file no longer names' : ''}`,
      remedy: orphan ? `docker rm -f ${name} (its volumes stay)` : `give one of them another container_name`,
    },
  ];
}
