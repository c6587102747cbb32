import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { deriveTwin } from '../../activities/derive-twin.js';
import { freezeConfig } from '../../activities/freeze-config.js';
import { planDeployment } from '../../activities/plan-deployment.js';
import { raiseFrom } from '../../activities/raise-from.js';
import { takeDownTwin } from '../../activities/take-down-twin.js';
import type { World } from '../../activities/world.js';
import { childScripts } from '../../src/backup/scripts.js';
import type { StoreKind } from '../../src/backup/store-kind.js';
import { readExitCode, readIdentity } from '../../src/docker/child-traces.js';
import type { Plan } from '../../src/plan/plan.js';
import type { Leftover } from '../../src/spec/deploy-result.js';
import type { StoreBackup, StoreProof, StoreRef } from '../../src/spec/backup.js';
import type { Twin, TwinDerivation } from '../../src/spec/rehearsal.js';
import type { FrozenRef } from '../../src/spec/stack-spec.js';
import { stackFolder } from '../../src/store/layout.js';
import { addStack } from '../../src/store/registry.js';
import { docker, testProject, type TestProject } from './docker-cli.js';
import { HostWorld, type Run } from './host-world.js';
import { type TwinThings, twinThingsOf } from './twin-things.js';

export { NO_TWIN, type TwinThings } from './twin-things.js';

/** Two services that do not need each other, the first with a volume without a name; `special` is added to that one. */
export function apiAndWorker(version: number, special = ''): string {
  return `
services:
  api:
    image: evenkeel-test/web:1
    environment: { VERSION: "${version}" }
    volumes: [ /scratch ]
    stop_grace_period: 0s
    ${special}
  worker: { image: evenkeel-test/web:1, environment: { VERSION: "${version}" }, stop_grace_period: 0s }
`;
}

/** A stack that serves its first version, and a run that is about to bring the second. */
export class TwinStack {
  private constructor(
    readonly host: HostWorld,
    readonly project: TestProject,
    readonly run: Run,
  ) {}

  /** Brings the first version up. `files` are written beside the Compose file. */
  static async make(
    text: (version: number, name: string) => string,
    files: Record<string, string> = {},
  ): Promise<TwinStack> {
    const host = await HostWorld.make();
    const project = await testProject('twin', '');
    const write = (file: string, content: string): Promise<void> => writeFile(path.join(project.folder, file), content);
    await write('compose.yaml', text(1, project.name));
    for (const [file, content] of Object.entries(files)) await write(file, content);
    const entry = { name: project.name, directory: project.folder, files: [], envFiles: [], profiles: [] };
    await addStack(host.world.layout, { ...entry, capturedEnv: [], addedAt: new Date().toISOString() }, {});
    await project.compose('up', '-d', '--wait');
    await write('compose.yaml', text(2, project.name));
    return new TwinStack(host, project, await host.run(project.name));
  }

  /** The same stack, and another run. */
  async again(): Promise<TwinStack> {
    return new TwinStack(this.host, this.project, await this.host.run(this.project.name));
  }

  async remove(): Promise<void> {
    await this.project.remove();
    const left = await this.twinThings();
    for (const id of left.containers) await docker(['rm', '-fv', id]);
    for (const name of left.networks) await docker(['network', 'rm', name]);
    for (const name of left.volumes) await docker(['volume', 'rm', name]);
    await this.host.remove();
  }

  /** What comes of deriving a twin of what the files say now. */
  async derived(stores: StoreRef[] = []): Promise<{ frozen: FrozenRef; plan: Plan; derivation: TwinDerivation }> {
    const { run } = this;
    const { frozen, findings } = await run.take(freezeConfig, { services: [], pull: false });
    if (!frozen) throw new Error(JSON.stringify(findings));
    const asked = { frozen, services: [], images: 'as-tagged' as const, pull: false, noCache: false };
    const plan = await run.take(planDeployment, asked);
    const derivation = await run.take(deriveTwin, { frozen, plan, stores, mode: 'auto' as const });
    return { frozen, plan, derivation };
  }

  async twin(stores: StoreRef[] = []): Promise<Twin> {
    const { derivation } = await this.derived(stores);
    if (!derivation.twin) throw new Error(JSON.stringify(derivation));
    return derivation.twin;
  }

  takeDown(twin: Twin): Promise<{ leftovers: Leftover[] }> {
    return this.run.take(takeDownTwin, { project: twin.project });
  }

  /** All that carries the label of a twin of this stack. */
  async twinThings(): Promise<TwinThings> {
    return twinThingsOf(this.project.name);
  }

  /** Volumes that the containers of a twin mount, those without a name too. */
  async mountedOn(twin: Twin): Promise<string[]> {
    const { containers } = await this.host.world.engine.belongings(twin.project);
    return [...new Set(containers.flatMap((container) => container.volumes))].sort();
  }

  /** The running container of a service on the twin; empty where there is none. */
  onTwin(twin: Twin, service: string): Promise<string> {
    const labels = [`com.docker.compose.project=${twin.project}`, `com.docker.compose.service=${service}`];
    return docker(['ps', '-q', ...labels.flatMap((label) => ['--filter', `label=${label}`])]);
  }

  /** The twin's Compose file. */
  composeFile(twin: Twin): string {
    return path.join(stackFolder(this.host.world.layout, this.project.name), twin.frozen.folder, 'compose.yaml');
  }

  /** Backs a store of the live stack up. */
  async dumped(store: StoreRef, kind: StoreKind): Promise<{ backup: StoreBackup; folder: string }> {
    const { engine } = this.host.world;
    const folder = path.join(this.host.folder, 'backup');
    await mkdir(folder, { recursive: true });
    await mkdir(this.run.folder, { recursive: true });
    const env = { ...process.env } as Record<string, string>;
    const scripts = await childScripts({ runFolder: this.run.folder, env, redact: (text) => text });
    const container = await this.project.id(store.service);
    const dump = await kind.dump(store, { engine, container, folder, session: 'test', scripts });
    const imageId = (await engine.inspect(container))!.Image;
    return { backup: { ...store, ...dump, imageId, takenAtMs: 0, durationMs: 0 }, folder };
  }

  raise(twin: Twin, kind: StoreKind, source: { backup: StoreBackup; folder: string }): Promise<StoreProof> {
    const step = (world: World) => (args: Parameters<typeof raiseFrom>[1]) =>
      raiseFrom(world, args, { ...source, kind });
    return this.run.take(step, { twin, store: source.backup, backup: 'b' });
  }

  /** Kills whatever children of the twin are at work, shells and all, as an out-of-memory killer might. */
  async killChildren(): Promise<number> {
    const children = path.join(this.run.folder, 'twin', 'children');
    let killed = 0;
    for (const name of await readdir(children).catch(() => [])) {
      const folder = path.join(children, name);
      const identity = await readIdentity(folder);
      if (!identity || (await readExitCode(folder)) !== undefined) continue;
      try {
        killed += process.kill(-identity.pid, 'SIGKILL') ? 1 : 0;
      } catch {
        // It has ended meanwhile.
      }
    }
    return killed;
  }
}

/** Those of these volumes that there are. */
export async function stillThere(names: string[]): Promise<string[]> {
  const all = (await docker(['volume', 'ls', '-q'])).split('\n');
  return names.filter((name) => all.includes(name));
}
