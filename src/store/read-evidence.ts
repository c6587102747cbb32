import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type {
  EndpointEvidence,
  HealthEvidence,
  ResourceSample,
  RunEvidence,
  ScanEvidence,
} from '../report/run-evidence.js';
import type { Plan } from '../plan/plan.js';
import { sealOf } from './bundles.js';
import { EVIDENCE_FOLDER } from './evidence-files.js';
import type { Layout } from './layout.js';
import { readJson } from './private-file.js';
import { namesIn } from './places.js';

/** What a run's folder has for people, of a run that is sealed or of one that is at work. Nothing that may hold secrets is read. */
export async function readEvidence(layout: Layout, stack: string, folder: string): Promise<RunEvidence> {
  const [plan, before, resources, seal] = await Promise.all([
    readJson<Plan>(path.join(folder, 'plan.json')),
    readJson<{ runningServices?: string[] }>(path.join(folder, EVIDENCE_FOLDER, 'before.json')),
    linesOf<ResourceSample>(path.join(folder, EVIDENCE_FOLDER, 'resources.jsonl')),
    sealOf(layout, stack, folder),
  ]);
  const health = await ofServices(
    folder,
    [{ place: 'health' }, { place: 'twin/health', onTwin: true }],
    '.jsonl',
    linesOf,
  );
  const scans = await ofServices(
    folder,
    [{ place: 'scan' }, { place: 'scan/twin', onTwin: true }],
    '.json',
    readJson<ScanEvidence>,
  );
  const endpoints = await ofServices(
    folder,
    [{ place: 'endpoints' }, { place: 'twin/endpoints', onTwin: true }],
    '.json',
    readJson<EndpointEvidence>,
  );
  return {
    folder,
    ...(plan ? { plan } : {}),
    ...(before?.runningServices ? { runningBefore: before.runningServices } : {}),
    health: health.map(({ content, ...of }) => ({ ...of, samples: content as HealthEvidence['samples'] })),
    resources,
    scans: scans.map(({ content, ...of }) => ({ ...content, ...of })),
    endpoints: endpoints.map(({ content, ...of }) => ({ ...content, ...of })),
    ...(seal ? { seal } : {}),
  };
}

/** The files of folders that have one for each service, with the service that each is about. */
async function ofServices<T>(
  folder: string,
  places: { place: string; onTwin?: true }[],
  ending: string,
  read: (file: string) => Promise<T | undefined>,
): Promise<{ service: string; onTwin?: true; content: T }[]> {
  const found = await Promise.all(
    places.map(async ({ place, ...where }) => {
      const names = (await namesIn(path.join(folder, place))).filter((name) => name.endsWith(ending)).sort();
      const contents = await Promise.all(
        names.map(async (name) => {
          const content = await read(path.join(folder, place, name));
          const service = decodeURIComponent(name.slice(0, -ending.length));
          return content === undefined ? [] : [{ service, ...where, content }];
        }),
      );
      return contents.flat();
    }),
  );
  return found.flat();
}

/** A line that a killed writer has left unfinished does not count. */
async function linesOf<T>(file: string): Promise<T[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as T];
    } catch {
      return [];
    }
  });
}
