import { type Endpoint, NOBODY_LISTENS, type Reached, shownEndpoint } from './endpoint.js';
import { type Judgement, fail, inconclusive, pass } from './judgement.js';
import { duration } from './words.js';

/**
 * Judges what an endpoint answered. A configured one has to answer with its status (200, unless it names another): a
 * redirect is an answer of its own and is not followed. Of a guessed one, an answer below 500 proves that the service is
 * there: nobody has said that the path exists or that it is open to everybody. Nobody listening, no answer in time and
 * a server error count against either.
 */
export function judgeEndpoint(endpoint: Endpoint, service: string, reached: Reached): Judgement {
  const { answer, durationMs, via, unverified } = reached;
  const isConfigured = endpoint.origin === 'configured';
  const shown = shownEndpoint(endpoint, service);
  const after = `in ${duration(durationMs)} (${via}${unverified ? ', certificate not verified' : ''})`;
  switch (answer.kind) {
    case 'connected':
      return pass(`${shown} takes connections ${after}`);
    case 'status': {
      const said = `${shown} answers with ${answer.status} ${after}`;
      if (isConfigured) return byStatus(said, answer.status, wantedStatus(endpoint));
      return answer.status >= 500 ? fail(said) : pass(`${said}${answer.status < 300 ? '' : ', which is an answer'}`);
    }
    case 'refused':
      return fail(`${shown} ${answer.what} (${via})`);
    case 'timeout':
      return fail(`${shown} did not answer within ${duration(endpoint.timeoutMs)} (${via})`);
    case 'garbled': {
      const said = `${shown} ${answer.what} (${via})`;
      // Where nobody has said that it speaks HTTP, anything that it says is a sign of life.
      return isConfigured ? fail(said) : pass(said);
    }
    case 'unreachable':
      return inconclusive(`${shown} could not be reached: ${answer.what}`);
  }
}

/** What was asked of an endpoint in the end, and how that is judged by itself. */
export interface Asked {
  endpoint: Endpoint;
  reached: Reached;
  judgement: Judgement;
}

/**
 * What is against a service is less certain where its endpoints are guesses. A port may be published for what comes later (the
 * data of FTP, a debugger), so one of them that takes connections is enough; and a server that closes without a word may only
 * mind a header that its healthcheck sends and we do not.
 */
export function weighGuesses(asked: Asked[]): Judgement[] {
  const takesConnections = asked.some(
    ({ endpoint, judgement }) => endpoint.origin === 'published' && judgement.verdict === 'pass',
  );
  return asked.map(({ endpoint: { kind, origin }, reached: { answer }, judgement }) => {
    if (judgement.verdict !== 'fail') return judgement;
    const isSilent = answer.kind === 'refused' && answer.what !== NOBODY_LISTENS;
    if (origin === 'published' && takesConnections) return inconclusive(judgement.reason);
    return origin === 'healthcheck' && kind === 'http' && isSilent ? inconclusive(judgement.reason) : judgement;
  });
}

function byStatus(said: string, status: number, wanted: number): Judgement {
  if (status === wanted) return pass(said);
  const remark = status >= 300 && status < 400 ? '; redirects are not followed' : '';
  return fail(`${said}, not with ${wanted}${remark}`);
}

function wantedStatus(endpoint: Endpoint): number {
  return (endpoint.kind === 'http' ? endpoint.status : undefined) ?? 200;
}

/** One judgement of all endpoints of all containers of a service: the worst, with the reasons for it. */
export function worstOf(judgements: Judgement[]): Judgement {
  for (const verdict of ['fail', 'inconclusive'] as const) {
    const against = judgements.filter((judgement) => judgement.verdict === verdict);
    if (against.length > 0) return { ...against[0]!, reason: together(against) };
  }
  return pass(together(judgements));
}

const SHOWN = 3;

function together(judgements: Judgement[]): string {
  const reasons = [...new Set(judgements.map(({ reason }) => reason))];
  const more = reasons.length - SHOWN;
  return `${reasons.slice(0, SHOWN).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}
