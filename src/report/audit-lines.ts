import { defined } from './fields.js';
import type { RunAccount } from './run-account.js';

/** One event of the audit trail, as a flat JSON document for other tools. */
export interface AuditLine {
  /** ISO 8601. */
  at: string;
  event: 'run-began' | 'message' | 'step' | 'run-ended' | 'sealed';
  stack: string;
  host?: string;
  workflowId: string;
  runId: string;
  [detail: string]: unknown;
}

/** What the seal of a run says. */
export interface Seal {
  number: number;
  /** sha256 of the run's index. */
  index: string;
  previous: string | null;
  sealedAt: string;
}

/** The audit trail of a run, in the order of time; `seal` is there once it is sealed. */
export function auditLines(account: RunAccount, seal: Seal | undefined): AuditLine[] {
  const { stack, host, workflowId, runId, type, by, reason, input, result } = account;
  const line = (atMs: number, event: AuditLine['event'], details: object): AuditLine => ({
    ...{ at: new Date(atMs).toISOString(), event, stack },
    ...defined({ host }),
    ...{ workflowId, runId },
    ...defined(details),
  });
  const steps = account.steps.map((step) => {
    const { event: number, activity, title, service, onTwin, state, verdict, note, attempts, worker } = step;
    const { askedAtMs, startedAtMs = askedAtMs, endedAtMs } = step;
    return line(endedAtMs ?? startedAtMs, 'step', {
      ...{ number, step: activity, title, service, onTwin, state, verdict, note, attempts, worker },
      startedAt: new Date(startedAtMs).toISOString(),
      durationMs: endedAtMs === undefined ? undefined : endedAtMs - startedAtMs,
    });
  });
  const messages = account.messages.map(({ event: number, name, kind, by: who, reason: why, atMs }) =>
    line(atMs, 'message', { number, name, kind, by: who, reason: why }),
  );
  const trail = [...steps, ...messages].sort((a, b) => a.at.localeCompare(b.at));
  const end =
    account.endedAtMs === undefined
      ? []
      : [
          line(account.endedAtMs, 'run-ended', {
            ...{ status: account.status, outcome: account.ending, why: account.message },
            ...{ release: result?.release, previousRelease: result?.previousRelease, touched: result?.touched },
            ...{ planHash: result?.planHash, backup: result?.backup?.id, leftovers: result?.leftovers },
          }),
        ];
  const sealed = seal ? [line(Date.parse(seal.sealedAt), 'sealed', { ...seal, sealedAt: undefined })] : [];
  return [line(account.startedAtMs, 'run-began', { runbook: type, by, reason, input }), ...trail, ...end, ...sealed];
}
