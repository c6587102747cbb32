import { dockerSays } from './docker-says.js';

/**
 * Whether a build was not done by the engine's own builder although it has one, and this one is in use. Buildx asks the engine once;
 * it takes a lost answer for no, and starts a builder in a container, for which it has to pull an image.
 */
export async function hasMissedOwnBuilder(output: string, env: Record<string, string>): Promise<boolean> {
  if (!output.includes('internal] booting buildkit')) return false;
  return /^Driver:\s+docker$/m.test((await dockerSays(['buildx', 'inspect'], env)) ?? '');
}
