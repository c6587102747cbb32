import { WORKFLOW_QUEUE } from '../names.js';

/** Temporal's development server puts its UI this far above its own port. */
const DEV_UI_OFFSET = 1000;

/**
 * Where the Temporal UI is: for a server on this machine the development server's default, for Temporal Cloud its own
 * page, else unknown.
 */
export function uiAddress(temporalAddress: string): string | undefined {
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(temporalAddress) ?? [];
  if (['127.0.0.1', 'localhost', '[::1]'].includes(host)) return `http://127.0.0.1:${Number(port) + DEV_UI_OFFSET}`;
  if (host.endsWith('.tmprl.cloud') || host.endsWith('.api.temporal.io')) return 'https://cloud.temporal.io';
  return undefined;
}

/** The page of one run in the Temporal UI. */
export function uiLink(ui: string, namespace: string, workflowId: string, runId?: string): string {
  const run = runId === undefined ? '' : `/${encodeURIComponent(runId)}`;
  return `${ui}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(workflowId)}${run}`;
}

/** The form of the Temporal UI that starts a run, with all filled in but its id and its input. */
export function startLink(ui: string, namespace: string, type: string): string {
  const filled = new URLSearchParams({ taskQueue: WORKFLOW_QUEUE, workflowType: type });
  return `${ui}/namespaces/${encodeURIComponent(namespace)}/workflows/start-workflow?${filled}`;
}

/** The runs that a query of Temporal's visibility finds, as a page of the Temporal UI. */
export function searchLink(ui: string, namespace: string, query: string): string {
  return `${ui}/namespaces/${encodeURIComponent(namespace)}/workflows?${new URLSearchParams({ query })}`;
}
