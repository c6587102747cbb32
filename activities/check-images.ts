import { parse } from 'yaml';
import { type Engine, EngineRefused, type ImageAbout } from '../src/docker/engine.js';
import { emulatedArchitectures } from '../src/host/emulated.js';
import {
  missingPrograms as missingFindings,
  programsWanted,
  type ProgramWanted,
  wrongArchitecture,
} from '../src/preflight/image-programs.js';
import type { Step } from '../src/plan/plan.js';
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
    const looks = await Promise.all(
      steps.map(async (step): Promise<Look[]> => {
        const image = await world.engine.imageAbout(step.image.id || step.image.ref);
        if (!image) return [];
        const service = mapping(mapping(rendered['services'])[step.service]);
        return [{ step, image, wanted: programsWanted(service, image) }];
      }),
    );
    const missing = await missingPrograms(world.engine, looks.flat(), labels);
    return looks.flat().flatMap((look) => {
      const { service, image } = look.step;
      const wrong = wrongArchitecture(service, image.ref, look.image, engine);
      return [...wrong, ...missingFindings(service, image.ref, missing.get(look) ?? [])];
    });
  };
}

/** What a step's service wants of its image. */
interface Look {
  step: Step;
  image: ImageAbout;
  wanted: ProgramWanted[];
}

/** Images that differ in their settings only have the same files, so one of them is looked into for all. */
async function missingPrograms(
  engine: Engine,
  looks: Look[],
  labels: Record<string, string>,
): Promise<Map<Look, ProgramWanted[]>> {
  const alike = new Map<string, Look[]>();
  for (const look of looks.filter(({ wanted }) => wanted.length > 0)) {
    const key = look.image.layers.join() || look.image.id;
    alike.set(key, [...(alike.get(key) ?? []), look]);
  }
  const missing = new Map<Look, ProgramWanted[]>();
  await Promise.all(
    [...alike.values()].map(async (those) => {
      const container = await engine.createUnstarted(those[0]!.image.id, labels);
      try {
        for (const look of those) missing.set(look, await missingIn(engine, container, look.wanted));
      } finally {
        await engine.removeWithVolumes(container);
      }
    }),
  );
  return missing;
}

async function missingIn(engine: Engine, container: string, wanted: ProgramWanted[]): Promise<ProgramWanted[]> {
  const found = await Promise.all(wanted.map(({ paths }) => anyOf(engine, container, paths)));
  return wanted.filter((_, index) => !found[index]);
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
