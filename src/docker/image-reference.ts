/** An image reference in parts. The repository keeps its registry, whose port is no tag. */
export interface ReferenceParts {
  repo: string;
  /** `latest` where the reference names neither tag nor digest. */
  tag: string;
  digest?: string;
}

/** Takes `registry:5000/team/app:1.2@sha256:…` apart. */
export function splitReference(reference: string): ReferenceParts {
  const [name = '', digest] = reference.split('@');
  const colon = name.indexOf(':', name.lastIndexOf('/') + 1);
  const repo = colon < 0 ? name : name.slice(0, colon);
  const tag = colon < 0 ? 'latest' : name.slice(colon + 1);
  return digest === undefined ? { repo, tag } : { repo, tag, digest };
}
