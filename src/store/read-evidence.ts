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
import type { ReleaseMetrics } from '../spec/service-metrics.js';
import { sealOf } from './bundles.js';
import { EVIDENCE_FOLDER } from './evidence-files.js';
import type { Layout } from './layout.js';
import { readJson } from './private-file.js';
import { namesIn } from './places.js';
import { readReleases } from './releases.js';
import { readRunIdentity } from './run-folders.js';

/** What a run's folder has for people, of a run that is sealed or of one that is at work. Nothing that may hold secrets is read. */
export async function readEvidence(layout: Layout, stack: string, folder: string): Promise<RunEvidence> {
  const [plan, before, samples, metrics, seal] = await Promise.all([
    readJson<Plan>(path.join(folder, 'plan.json')),
    readJson<{ runningServices?: string[] }>(path.join(folder, EVIDENCE_FOLDER, 'before.json')),
    readSamples(folder),
    metricsOf(layout, stack, folder),
    sealOf(layout, stack, folder),
  ]);
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
    ...samples,
    scans: scans.map(({ content, ...of }) => ({ ...content, ...of })),
    endpoints: endpoints.map(({ content, ...of }) => ({ ...content, ...of })),
    ...(metrics ? { metrics } : {}),
    ...(seal ? { seal } : {}),
  };
}

/** What the gates of a run have seen, and what containers used meanwhile. */
export async function readSamples(folder: string): Promise<Pick<RunEvidence, 'health' | 'resources'>> {
  const places = [{ place: 'health' }, { place: 'twin/health', onTwin: true as const }];
  const health = await ofServices(folder, places, '.jsonl', linesOf<HealthEvidence['samples'][number]>);
  const resources = await linesOf<ResourceSample>(path.join(folder, EVIDENCE_FOLDER, 'resources.jsonl'));
  return { health: health.map(({ content, ...of }) => ({ ...of, samples: content })), resources };
}

/** Of the release that the run of a folder has recorded. */
async function metricsOf(layout: Layout, stack: string, folder: string): Promise<ReleaseMetrics | undefined> {
  const run = await readRunIdentity(folder);
  const recorded = (await readReleases(layout, stack)).filter(({ kind }) => kind !== 'baseline');
  return recorded.find(({ runId }) => runId === run?.runId)?.metrics;
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
