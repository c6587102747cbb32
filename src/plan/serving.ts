import { containersOf, type ObservedStack } from './observed-stack.js';

/** What of a recorded service can be compared with containers. */
export interface RecordedService {
  imageId: string;
  configHash: string;
  scale: number;
}

/**
 * Whether the containers that are there are those a release left: its services and no others, each with as many, of its image and
 * configuration. Whether they run, and what content they were started with, is another question.
 */
export function isServing(
  services: Record<string, RecordedService>,
  observed: Pick<ObservedStack, 'containers'>,
): boolean {
  const present = new Set(observed.containers.map(({ service }) => service));
  const isThere = ([name, recorded]: [string, RecordedService]): boolean => {
    const own = containersOf(observed, name);
    return (
      own.length === recorded.scale &&
      own.every(({ imageId, configHash }) => imageId === recorded.imageId && configHash === recorded.configHash)
    );
  };
  return present.size === Object.keys(services).length && Object.entries(services).every(isThere);
}
