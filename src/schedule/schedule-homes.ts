import { Client, isGrpcServiceError } from '@temporalio/client';
import { CHECKS_RETENTION_HOURS, checksNamespace } from '../names.js';

/** Where schedules are, and with each of them what it starts. */
export interface ScheduleHomes {
  /** The namespace of runs, for all but looks. */
  runs: Client;
  /** The one of looks; absent where Temporal has none, or does not let us see it. Looks are with the runs then. */
  checks?: Client;
}

/** gRPC's NOT_FOUND, PERMISSION_DENIED and UNAUTHENTICATED: what holds for a namespace that the other one's credentials do not open. */
const NONE_FOR_US = [5, 7, 16];

/** Asks Temporal whether it has a namespace for looks beside the client's own. */
export async function scheduleHomes(runs: Client): Promise<ScheduleHomes> {
  const namespace = checksNamespace(runs.options.namespace);
  try {
    await runs.workflowService.describeNamespace({ namespace });
  } catch (error) {
    if (isGrpcServiceError(error) && NONE_FOR_US.includes(Number(error.code))) return { runs };
    throw error;
  }
  return { runs, checks: new Client({ connection: runs.connection, namespace }) };
}

/** The command that makes the namespace of looks beside that of runs. */
export function makeChecksNamespace(runs: string): string {
  return `temporal operator namespace create --namespace ${checksNamespace(runs)} --retention ${CHECKS_RETENTION_HOURS}h`;
}
