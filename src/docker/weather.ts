import { types } from 'node:util';
import { EngineAway, EngineRefused } from './engine.js';

/**
 * What passes by itself. A failure is weather when the same step may well succeed a moment later although nobody changed
 * anything; every other failure is final. The table is read for what the engine says and for what Compose prints.
 */
const WEATHER: readonly { says: RegExp; because: string }[] = [
  { says: /cannot connect to the docker daemon/i, because: 'Docker does not answer' },
  { says: /is the docker daemon running/i, because: 'Docker does not answer' },
  { says: /error during connect:/i, because: 'Docker does not answer' },
  { says: /connection refused|ECONNREFUSED/, because: 'the connection was refused' },
  { says: /connection reset by peer|ECONNRESET|socket hang up/i, because: 'the connection was cut' },
  { says: /broken pipe|EPIPE/, because: 'the connection was cut' },
  { says: /(^|: |\bunexpected )EOF"?$/m, because: 'the connection was cut' },
  { says: /server closed idle connection|use of closed network connection/i, because: 'the connection was cut' },
  { says: /i\/o timeout|TLS handshake timeout|ETIMEDOUT/, because: 'there was no answer in time' },
  { says: /context deadline exceeded|Client\.Timeout exceeded/i, because: 'there was no answer in time' },
  { says: /temporary failure in name resolution|server misbehaving|EAI_AGAIN/i, because: 'a name did not resolve' },
  { says: /network is unreachable|no route to host/i, because: 'the network is down' },
  { says: /removal of container \S+ is already in progress/i, because: 'a container is still being removed' },
  { says: /marked for removal/i, because: 'a container is still being removed' },
  { says: /container name "\S+" is already in use/i, because: 'a container on its way out still holds the name' },
  { says: /device or resource busy/i, because: 'the kernel still holds something of an old container' },
  {
    says: /toomanyrequests|too many requests|\b(status|status code|HTTP):? 429\b/i,
    because: 'the registry asks for patience',
  },
  { says: /\b50[234] (bad gateway|service unavailable|gateway time-?out)/i, because: 'a server in between is away' },
  { says: /received unexpected HTTP status: 5\d\d/i, because: 'the registry is away' },
];

/** A failure that has been found to be weather. Its message says so in words for people, which the table need not know. */
export class Weather extends Error {
  override readonly name = 'Weather';
}

/** Status codes that a proxy, not the engine, answers with. */
const AWAY_STATUS = new Set([429, 502, 503, 504]);

/** Why a failure may pass by itself, in a few plain words; undefined when it is final. */
export function weatherReason(failure: unknown): string | undefined {
  if (failure instanceof Weather) return failure.message;
  if (failure instanceof EngineAway) return 'Docker does not answer';
  if (failure instanceof EngineRefused && AWAY_STATUS.has(failure.statusCode)) return 'a server in between is away';
  const text = textOf(failure);
  return WEATHER.find(({ says }) => says.test(text))?.because;
}

/** Whether a failure, an error or the text that a program printed, is worth trying again. */
export function isWeather(failure: unknown): boolean {
  return weatherReason(failure) !== undefined;
}

function textOf(failure: unknown): string {
  if (typeof failure === 'string') return failure;
  if (!types.isNativeError(failure)) return '';
  const { code } = failure as NodeJS.ErrnoException;
  return code === undefined ? failure.message : `${failure.message}\n${code}`;
}
