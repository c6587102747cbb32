import { parse } from 'yaml';
import { type Engine, EngineRefused } from '../src/docker/engine.js';
import { emulatedArchitectures } from '../src/host/emulated.js';
import {
  missingPrograms,
  programsWanted,
  type ProgramWanted,
  wrongArchitecture,
} from '../src/preflight/image-programs.js';
import type { Step } from '../src/plan/plan.js';
import type { Finding } from '../src/spec/finding.js';
import { mapping } from '../src/spec/from-rendered.js';
import { frozenYaml, openFrozen } from '../src/store/frozen.js';
import { TWIN_LABEL, twinProject } from '../src/twin/twin-name.js';
import type { HostActivities } from './activities.js';
import { ownRun } from './run-place.js';
import type { World } from './world.js';

/**
 * Safe to repeat because it only looks. The container by which it looks into an image is never started, and carries labels
 * by which the next attempt, or the next run, takes away what a killed one left.
 */
export function checkImages(world: World): HostActivities['checkImages'] {
  return async ({ stack, frozen: ref, plan }) => {
    const frozen = await openFrozen(world.layout, stack, ref.folder);
    const rendered = mapping(parse(await frozenYaml(frozen)));
    const { architecture } = await world.engine.info();
    const engine = { architecture, emulates: await emulatedArchitectures() };
    const project = `${twinProject(stack, ownRun().runId)}-images`;
    const labels = { 'com.docker.compose.project': project, [TWIN_LABEL]: stack };
    const { containers: left } = await world.engine.belongings(project);
    await Promise.all(left.map(({ id }) => world.engine.removeWithVolumes(id)));
    const steps = plan.waves.flat().filter(({ kind, scale }) => kind !== 'judge' && scale > 0);
    const findings = await Promise.all(
      steps.map((step) => {
        const service = mapping(mapping(rendered['services'])[step.service]);
        return findingsOf(world.engine, { step, service, engine, labels });
      }),
    );
    return findings.flat();
  };
}

interface Look {
  step: Step;
  service: Record<string, unknown>;
  engine: { architecture: string; emulates: string[] };
  labels: Record<string, string>;
}

async function findingsOf(engine: Engine, { step, service, engine: machine, labels }: Look): Promise<Finding[]> {
  const { ref, id } = step.image;
  const image = await engine.imageAbout(id || ref);
  if (!image) return [];
  const wrong = wrongArchitecture(step.service, ref, image, machine);
  const wanted = programsWanted(service, image);
  const missing = wanted.length === 0 ? [] : await missingIn(engine, image.id, wanted, labels);
  return [...wrong, ...missingPrograms(step.service, ref, missing)];
}

async function missingIn(
  engine: Engine,
  image: string,
  wanted: ProgramWanted[],
  labels: Record<string, string>,
): Promise<ProgramWanted[]> {
  const container = await engine.createUnstarted(image, labels);
  try {
    const found = await Promise.all(wanted.map(({ paths }) => anyOf(engine, container, paths)));
    return wanted.filter((_, index) => !found[index]);
  } finally {
    await engine.removeWithVolumes(container);
  }
}

async function anyOf(engine: Engine, container: string, paths: string[]): Promise<boolean> {
  for (const path of paths) {
    try {
      if ((await engine.statPath(container, path)) !== undefined) return true;
    } catch (error) {
      // A file where a folder is named: there is nothing at that path either.
      if (!(error instanceof EngineRefused)) throw error;
    }
  }
  return false;
}
