import { hostActivities } from './activity-proxies.js';

/** Which run of which stack is to be put on record. */
export interface ArchiveRequest {
  stack: string;
  host: string;
  workflowId: string;
  runId: string;
}

/**
 * Puts a run on record once it has closed: its history, which it cannot export from within, goes into its evidence bundle, and
 * the bundle is sealed. Started by the last step of the run, `writeResult`.
 */
export async function archive({ stack, host, workflowId, runId }: ArchiveRequest): Promise<void> {
  const { archiveRun } = hostActivities(host).archiving;
  await archiveRun.executeWithOptions({ summary: `put ${workflowId} on record` }, [{ stack, workflowId, runId }]);
}
