import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { packageRoot } from '../../src/package-root.js';
import type { DeployResult } from '../../src/spec/deploy-result.js';
import { ansible, type Ansible, NoAnsible } from './ansible.js';
import type { BenchStack } from './bench-stack.js';
import type { Bench, Measurement } from './measurement.js';
import { timed } from './run.js';
import { type ShopStack, shopStack } from './shop-stack.js';

const PLAYBOOK = path.join(packageRoot(), 'scripts', 'bench', 'runbook', 'deploy.yml');

/**
 * The whole runbook on the shop: build, back up, replace, read logs, ask endpoints; ours restores the backup and rehearses
 * the release besides. No rows where Ansible cannot be had.
 */
export async function runbook(bench: Bench): Promise<Measurement[]> {
  const { server, runs, say } = bench;
  const peerTool = await ansible(say).catch((error: unknown) => {
    if (!(error instanceof NoAnsible)) throw error;
    say(`runbook: skipped, since there is no Ansible to compare with: ${error.message}`);
  });
  if (!peerTool) return [];

  const own = await shopStack(server, 'shop');
  const peer = await shopStack(server, 'shop-peer');
  const measurement: Measurement = {
    what: 'the whole runbook on 5 services with PostgreSQL, backup proven; peer: Ansible (community.docker), backup not proven',
    ours: [],
    peer: [],
    goal: { ratio: 0.5 },
  };
  try {
    await own.setVersion(0);
    await own.stack.register();
    await own.stack.evenkeel('deploy');
    await own.stack.standStill();
    await peer.setVersion(0);
    await peer.stack.compose('up', '-d', '--build', '--wait');
    for (let run = 1; run <= runs; run += 1) {
      await peer.stack.standStill();
      await own.stack.goOn();
      await own.setVersion(run);
      measurement.ours.push(await timed(() => deployed(own.stack)));
      await own.stack.standStill();
      await peer.stack.goOn();
      await peer.setVersion(run);
      measurement.peer.push(await timed(() => played(peerTool, peer)));
      say(
        `runbook ${run} of ${runs}: ${measurement.ours.at(-1)!.toFixed(0)} ms, peer ${measurement.peer.at(-1)!.toFixed(0)} ms`,
      );
    }
    return [measurement];
  } finally {
    await own.stack.remove();
    await peer.stack.remove();
  }
}

/** Throws when the backup was not proven, or the release not rehearsed: that is what the time is for. */
async function deployed(stack: BenchStack): Promise<void> {
  const { rehearsal, warnings } = JSON.parse(await stack.evenkeel('deploy', '--json')) as DeployResult;
  const proven = rehearsal?.stores.filter((store) => store.proven).map(({ store }) => store) ?? [];
  if (rehearsal?.verdict === 'pass' && proven.some((store) => store.startsWith('postgres'))) return;
  const why = [rehearsal?.reason, ...warnings.map(({ message }) => message)].join('; ');
  throw new Error(`the release was not rehearsed on a proven backup of PostgreSQL: ${why}`);
}

async function played(tool: Ansible, { stack, apiPort, webPort }: ShopStack): Promise<void> {
  const backups = path.join(stack.directory, 'backups');
  await mkdir(backups, { recursive: true, mode: 0o700 });
  await tool.play(PLAYBOOK, {
    ...{ project: stack.name, folder: stack.directory, backups },
    ...{ api_port: apiPort, web_port: webPort },
  });
}
