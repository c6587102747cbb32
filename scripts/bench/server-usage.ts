import { readServerRecord } from '../../src/worker/server/server-record.js';
import type { OwnServer } from './own-server.js';
import { type ProcessUsage, usageOf } from './process-usage.js';

/** What both processes of a server have used since their start. Throws where one of them is gone. */
export async function serverUsage({ layout }: OwnServer): Promise<Record<'worker' | 'temporal', ProcessUsage>> {
  const { worker, temporal } = (await readServerRecord(layout)) ?? {};
  if (!worker || !temporal) throw new Error('the server has lost its worker, or its Temporal');
  return { worker: await usageOf(worker.pid), temporal: await usageOf(temporal.pid) };
}

/** What something took on a server: as the clock says, and of each one's processor time. */
export interface Spent {
  tookMs: number;
  workerMs: number;
  temporalMs: number;
}

/** Throws where the worker has not lived through it: what it had spent would be missing. */
export async function spentOn(server: OwnServer, act: () => Promise<unknown>): Promise<Spent> {
  const [before, life, beganAt] = [await serverUsage(server), server.workerLives, performance.now()];
  await act();
  const [after, tookMs] = [await serverUsage(server), performance.now() - beganAt];
  if (server.workerLives !== life) throw new Error('the worker died meanwhile');
  const spent = (of: 'worker' | 'temporal'): number => after[of].cpuMs - before[of].cpuMs;
  return { tookMs, workerMs: spent('worker'), temporalMs: spent('temporal') };
}
