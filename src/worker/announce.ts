import type { Client } from '@temporalio/client';
import { arrivedSignal } from '../../workflows/messages.js';
import { presenceId, WORKFLOW_QUEUE } from '../names.js';
import type { HostFacts } from '../spec/presence.js';

/** Makes a host known, or known anew: from here on its presence says what the host says now, and waits for its worker. */
export async function announceHost(client: Client, facts: HostFacts): Promise<void> {
  await client.workflow.signalWithStart('presence', {
    taskQueue: WORKFLOW_QUEUE,
    workflowId: presenceId(facts.host),
    args: [facts],
    memo: { facts },
    signal: arrivedSignal,
    signalArgs: [facts],
    staticSummary: `Host ${facts.host}`,
  });
}
