import { existsSync } from 'node:fs';
import { presenceId, scheduleId } from '../../names.js';
import { readPresence } from '../../presence/read-presences.js';
import { scheduleHomes } from '../../schedule/schedule-homes.js';
import { listSchedules, removeSchedule, type ScheduleListed } from '../../schedule/schedules.js';
import type { Layout } from '../../store/layout.js';
import { ownDatabase } from '../../worker/server/databases.js';
import { ownServerKeeps } from '../own-server.js';
import type { Cli } from '../terminal.js';
import { ownHost } from '../this-host.js';
import { withTemporal, withTemporalIfThere } from '../with-temporal.js';
import type { Belonging } from './belongings.js';

/**
 * What a Temporal keeps of this host that is not the embedded one: its schedules, which would go on for ever, and that the host is known. The
 * embedded one goes, or stays, with the state folder.
 */
export async function inTemporal(cli: Cli, layout: Layout): Promise<Belonging[]> {
  const host = await ownHost(layout);
  if (host === undefined) return [];
  try {
    return await withTemporalIfThere(cli, async ({ client, address }) => {
      if (await ownServerKeeps(address, cli.env)) return [];
      const all = await listSchedules(await scheduleHomes(client));
      const schedules = all.filter((schedule) => schedule.host === host);
      const isKnown = (await readPresence(client, host)) !== undefined;
      return [
        ...(schedules.length > 0 ? [ofSchedules(cli, address, schedules)] : []),
        ...(isKnown ? [ofPresence(cli, address, host)] : []),
      ];
    });
  } catch (error) {
    // What is on this machine can go all the same.
    if (existsSync(ownDatabase(layout))) return [];
    const what = `schedules and presence of host ${host}, if there are any`;
    return [
      {
        what,
        place: 'Temporal',
        kind: 'made again',
        remedy: `uninstall where it is in reach: ${(error as Error).message}`,
      },
    ];
  }
}

function ofSchedules(cli: Cli, address: string, schedules: ScheduleListed[]): Belonging {
  const ids = schedules.map(({ kind, host, stack }) => scheduleId(kind, host, stack));
  const remove = (): Promise<void> =>
    withTemporal(cli, async ({ client }) => {
      const homes = await scheduleHomes(client);
      for (const schedule of schedules) await removeSchedule(homes, schedule);
    });
  return { what: 'schedules', place: `${ids.join(', ')} in Temporal at ${address}`, kind: 'made again', remove };
}

/** It is terminated, since there may be no worker any more that could end it. */
function ofPresence(cli: Cli, address: string, host: string): Belonging {
  const id = presenceId(host);
  const remove = (): Promise<void> =>
    withTemporal(cli, async ({ client }) => {
      await client.workflow.getHandle(id).terminate('evenkeel was uninstalled on this host');
    });
  return { what: 'presence', place: `${id} in Temporal at ${address}`, kind: 'made again', remove };
}
