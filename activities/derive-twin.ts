import { chmod, chown, copyFile, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { cancellationSignal } from '@temporalio/activity';
import { parse } from 'yaml';
import { sampleCapacity } from '../src/docker/build-slots.js';
import { isLocalEngine } from '../src/docker/engine-address.js';
import { bindKinds } from '../src/host/bind-kinds.js';
import { diskRoom } from '../src/host/disk-room.js';
import type { Step } from '../src/plan/plan.js';
import type { Finding } from '../src/spec/finding.js';
import type { RehearsalMode, TwinDerivation } from '../src/spec/rehearsal.js';
import { frozenSecretValues, frozenYaml, openFrozen, writeFrozen, type Frozen } from '../src/store/frozen.js';
import { privateFolder, stackFolder } from '../src/store/layout.js';
import { readJson, writeJson } from '../src/store/private-file.js';
import { boundPaths, type BindKind } from '../src/twin/binds.js';
import { checkTwinRoom, twinNeeds } from '../src/twin/capacity.js';
import { deriveTwin as derive, type DerivedTwin, type StackStore } from '../src/twin/derive-twin.js';
import { refuseLive } from '../src/twin/refuse-live.js';
import { rehearsalCommands } from '../src/twin/rehearsal-commands.js';
import { notRehearsed, refusedTwin } from '../src/twin/rehearsal-findings.js';
import { twinProject } from '../src/twin/twin-name.js';
import { twinWaves } from '../src/twin/twin-waves.js';
import type { HostActivities } from './activities.js';
import { answerOf } from './ask-servers.js';
import { backupScripts, everyStore } from './found-stores.js';
import { ownProjectFolder, ownRun, ownRunFolder } from './run-place.js';
import { isTakenDown, writeLiveNames } from './twin-place.js';
import type { World } from './world.js';

type Args = Parameters<HostActivities['deriveTwin']>[0];
type Document = Record<string, unknown>;

/**
 * Safe to repeat because it touches nothing but the run's folder: the configuration appears whole, by a rename, and what
 * came of it is written last and then read.
 */
export function deriveTwin(world: World): HostActivities['deriveTwin'] {
  return async (args) => {
    const project = twinProject(args.stack, ownRun().runId);
    const folder = ownProjectFolder(world, args.stack, project);
    await setAside(folder);
    const summary = path.join(await privateFolder(folder), 'derivation.json');
    const known = await readJson<TwinDerivation>(summary);
    if (known) return known;
    const derivation = await newDerivation(world, args, { project, folder });
    await writeJson(summary, derivation);
    return derivation;
  };
}

interface Place {
  project: string;
  folder: string;
}

async function newDerivation(world: World, args: Args, { project, folder }: Place): Promise<TwinDerivation> {
  const frozen = await openFrozen(world.layout, args.stack, args.frozen.folder);
  const rendered = parse(await frozenYaml(frozen)) as Document;
  const changed = changedServices(args);
  const inStack = await storesInStack(world, frozen, args);
  const derived = derive({
    ...{ rendered, spec: frozen.spec, project, changed, stores: args.stores, inStack },
    binds: await kindsOf(world, rendered),
    copiesFolder: path.join(folder, 'files'),
  });
  const outside = derived.outside;
  if (!('document' in derived)) return { outside, findings: notRehearsed(outside, changed, args.mode) };

  const refused = refuseLive(derived.document, { project, ownFolder: folder });
  const commands = rehearsalCommands(frozen.spec.policy.rehearse?.commands ?? {}, derived.rehearsed, frozen.redact);
  const findings = [
    ...notRehearsed(outside, changed, args.mode),
    ...refusedTwin(refused, args.mode),
    ...(await roomFindings(world, derived, args.mode)),
    ...commands.findings,
  ];
  if (refused.length > 0 || findings.some(({ rule }) => rule === 'twin-no-room')) return { outside, findings };
  await write(frozen, derived, folder);
  return {
    twin: {
      frozen: {
        folder: path.relative(stackFolder(world.layout, args.stack), path.join(folder, 'frozen')),
        hash: args.frozen.hash,
      },
      project,
      waves: wavesOf(args, frozen, derived),
      rehearsed: derived.rehearsed,
      stores: derived.stores,
      commands: commands.commands,
      facts: derived.facts,
    },
    outside,
    findings,
  };
}

/**
 * With the rehearsal off nothing runs but what proves the backup. A store is put up by who restores it, and a service whose
 * files one is stays down; but files of a database prove nothing until their server has come up on them.
 */
function wavesOf({ plan, mode }: Args, { spec }: Frozen, derived: DerivedTwin): Step[][] {
  const waves = twinWaves(plan, spec, derived);
  if (mode !== 'off') return waves;
  const proving = derived.stores.flatMap(({ service, filesOf }) => (filesOf === undefined ? [] : [service]));
  return waves.map((wave) => wave.filter(({ service }) => proving.includes(service))).filter((wave) => wave.length > 0);
}

/** All stores that the stack has now. A server that follows another one has its data from there, on the twin too. */
async function storesInStack(world: World, frozen: Frozen, { stack, stores: filled }: Args): Promise<StackStore[]> {
  const seen = await everyStore(world, frozen);
  const scripts = await backupScripts(world, frozen, ownRunFolder(world, stack), cancellationSignal());
  const asking = { seen, scripts, isWanted: () => false };
  const follows = await Promise.all(
    seen.stores.map(async (store) => {
      if (store.type === 'volume' || filled.some(({ id }) => id === store.id)) return false;
      const answer = await answerOf(world, asking, store);
      return !('failed' in answer) && answer.isReplica === true;
    }),
  );
  const followers = seen.stores.filter((_store, at) => follows[at]).map(({ service }) => service);
  return seen.stores.filter(({ mountedBy }) => !mountedBy.every((service) => followers.includes(service)));
}

/** With the rehearsal off, stores are restored all the same: that is what proves a backup. */
function changedServices({ plan, mode }: Args): string[] {
  const changing = plan.waves.flat().filter(({ kind, scale }) => kind !== 'judge' && scale > 0);
  return mode === 'off' ? [] : changing.map(({ service }) => service);
}

/** A run that rehearses once more, after it has waited for somebody, has a twin of its own each time; the earlier one is evidence. */
async function setAside(folder: string): Promise<void> {
  if (!(await isTakenDown(folder))) return;
  for (let number = 1; ; number += 1) {
    const aside = `${folder}@${number}`;
    if (await stat(aside).catch(() => undefined)) continue;
    return rename(folder, aside);
  }
}

/** Where the engine is on another machine, its paths cannot be seen from here: folders are what most of them are. */
async function kindsOf(world: World, rendered: Document): Promise<Record<string, BindKind>> {
  const paths = boundPaths(rendered);
  if (isLocalEngine(world.env)) return bindKinds(paths);
  return Object.fromEntries(paths.map((place) => [place, 'folder' as const]));
}

async function roomFindings(world: World, { document, stores }: DerivedTwin, mode: RehearsalMode): Promise<Finding[]> {
  if (!isLocalEngine(world.env)) return [];
  const { rootDir } = await world.engine.info();
  const [{ availableMemory }, { freeBytes: freeDisk }] = await Promise.all([sampleCapacity(), diskRoom(rootDir)]);
  return checkTwinRoom(twinNeeds(document, stores), { availableMemory, freeDisk }, mode);
}

async function write(frozen: Frozen, derived: DerivedTwin, folder: string): Promise<void> {
  await privateFolder(path.join(folder, 'files'));
  for (const { from, to } of derived.copies) await copyAsItIs(from, to);
  await writeLiveNames(folder, {
    volumes: Object.values(frozen.spec.volumes).map(({ name }) => name),
    networks: Object.values(frozen.spec.networks).map(({ name }) => name),
  });
  await sweepDrafts(folder);
  const draft = await mkdtemp(path.join(folder, DRAFT));
  try {
    await writeFrozen(draft, {
      // JSON is YAML that nobody reads in two ways.
      yaml: `${JSON.stringify(derived.document, null, 2)}\n`,
      spec: derived.spec,
      directory: frozen.directory,
      secrets: frozen.secrets,
      secretValues: await frozenSecretValues(frozen),
    });
    await rm(path.join(folder, 'frozen'), { recursive: true, force: true });
    await rename(draft, path.join(folder, 'frozen'));
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** How the name of a folder begins that does not count yet. */
const DRAFT = 'deriving-';

/** What a killed attempt was about to write holds secrets, and nobody will ever read it. */
async function sweepDrafts(folder: string): Promise<void> {
  const drafts = (await readdir(folder)).filter((name) => name.startsWith(DRAFT));
  await Promise.all(drafts.map((name) => rm(path.join(folder, name), { recursive: true, force: true })));
}

/** With its mode and owner, for the user that the service runs as; the folder it is in lets nobody else through. */
async function copyAsItIs(from: string, to: string): Promise<void> {
  const { mode, uid, gid } = await stat(from);
  await rm(to, { force: true });
  await copyFile(from, to);
  await chown(to, uid, gid).catch(() => undefined);
  await chmod(to, mode & 0o7777);
}
