import { defined, fieldsOf } from './fields.js';
import { attributesOf, type HistoryEvent, type Payloads, timeOf, valueIn } from './history-event.js';
import type { MessageAccount } from './run-account.js';

/** What an event says that somebody told the run; undefined for every other event. */
export function messageIn(event: HistoryEvent): MessageAccount | undefined {
  switch (event.eventType) {
    case 'EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED': {
      const { acceptedRequest } = attributesOf<UpdateAccepted>(event);
      const { meta, input } = acceptedRequest ?? {};
      return message(event, 'update', input?.name ?? 'update', input?.args, meta?.identity);
    }
    case 'EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED': {
      const { signalName, input, identity } = attributesOf<Signaled>(event);
      return message(event, 'signal', signalName ?? 'signal', input, identity);
    }
    case 'EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED':
      return message(event, 'cancel', 'cancel', undefined, attributesOf<{ identity?: string }>(event).identity);
    case 'EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED': {
      const { identity, reason } = attributesOf<{ identity?: string; reason?: string }>(event);
      return { ...message(event, 'terminate', 'terminate', undefined, identity), ...(reason ? { reason } : {}) };
    }
    default:
      return undefined;
  }
}

interface UpdateAccepted {
  acceptedRequest?: { meta?: { identity?: string }; input?: { name?: string; args?: Payloads } };
}

interface Signaled {
  signalName?: string;
  input?: Payloads;
  identity?: string;
}

/** `by` is what the message says; a message that does not is of the client that sent it. */
function message(
  event: HistoryEvent,
  kind: MessageAccount['kind'],
  name: string,
  payloads: Payloads | undefined,
  identity: string | undefined,
): MessageAccount {
  const said = fieldsOf(valueIn(payloads));
  const by = said['by'] ?? (identity || undefined);
  return {
    ...{ event: Number(event.eventId), name, kind, atMs: timeOf(event) },
    ...defined({ by, reason: said['reason'] }),
  };
}
