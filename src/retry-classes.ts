/**
 * What is done about a failure of a class:
 * - `passes`: weather, which the same step may well not meet a moment later although nobody has changed anything; it is tried again.
 * - `no-room`: a disk takes nothing more; waited for only on the way back, since a person may make room.
 * - `stuck`: Docker cannot let go of something; people are asked.
 * - `final`: it would only happen again. So is all that no row knows; those that are named are final beside weather, too.
 */
export type RetryClass = 'passes' | 'no-room' | 'stuck' | 'final';

/** One thing that is said of a failure, in the words, or by the number, of whoever says it. */
export interface RetryRow {
  class: RetryClass;
  /** Why, in a few plain words for people. */
  because: string;
  /** In what Docker answers, Compose prints, or the network says. */
  says?: RegExp;
  /** Node's word for it. */
  codes?: readonly string[];
  /** HTTP status: of a proxy, not of the engine. */
  statuses?: readonly number[];
  /** gRPC status: of Temporal. */
  grpc?: readonly number[];
  /** Over within seconds, so that it is waited for on the spot. */
  isBrief?: true;
  /** Only of the connection to Docker itself: elsewhere it says something else. */
  isOfConnection?: true;
}

/** How the client says that it does not reach Docker. */
export const DOCKER_AWAY =
  /cannot connect to the docker daemon|is the docker daemon running|failed to connect to the docker api|error during connect:/i;

/** The one place that says what of all that fails is worth another attempt. */
export const RETRY_ROWS: readonly RetryRow[] = [
  {
    class: 'final',
    says: /no such image|manifest unknown|manifest for \S+ not found/i,
    because: 'there is no such image',
  },
  { class: 'final', says: /pull access denied/i, because: 'the registry does not give us the image' },
  {
    class: 'final',
    says: /exec format error|no matching manifest for|does not match the specified platform/i,
    because: 'the image is for another machine',
  },
  { class: 'final', says: /executable file not found in \$PATH/, because: 'the image lacks its program' },
  {
    class: 'final',
    says: /invalid compose project|invalid reference format|dockerfile parse error|additional propert\S+ .*not allowed/i,
    because: 'the configuration is wrong',
  },
  { class: 'final', says: /port is already allocated/i, because: 'somebody else has the port' },

  {
    class: 'passes',
    says: DOCKER_AWAY,
    because: 'Docker does not answer',
  },
  {
    class: 'passes',
    says: /(error response from daemon|failed to solve): .*database not open/i,
    because: 'Docker is stopping',
  },
  {
    class: 'passes',
    says: /\baborted\b/i,
    codes: ['ENOENT', 'ENOTFOUND'],
    because: 'Docker does not answer',
    isOfConnection: true,
  },
  { class: 'passes', says: /no such exec instance/i, because: 'Docker has started anew' },
  {
    class: 'passes',
    says: /connection refused|ECONNREFUSED/,
    codes: ['ECONNREFUSED'],
    because: 'the connection was refused',
  },
  {
    class: 'passes',
    says: /connection reset by peer|ECONNRESET|socket hang up/i,
    codes: ['ECONNRESET', 'ECONNABORTED'],
    because: 'the connection was cut',
  },
  { class: 'passes', says: /broken pipe|EPIPE/, codes: ['EPIPE'], because: 'the connection was cut' },
  { class: 'passes', says: /(^|: |\bunexpected )EOF"?$/m, because: 'the connection was cut' },
  {
    class: 'passes',
    says: /server closed idle connection|use of closed network connection/i,
    because: 'the connection was cut',
  },
  {
    class: 'passes',
    says: /i\/o timeout|TLS handshake timeout|ETIMEDOUT/,
    codes: ['ETIMEDOUT'],
    because: 'there was no answer in time',
  },
  {
    class: 'passes',
    says: /context deadline exceeded|Client\.Timeout exceeded/i,
    because: 'there was no answer in time',
  },
  {
    class: 'passes',
    says: /temporary failure in name resolution|server misbehaving|EAI_AGAIN/i,
    codes: ['EAI_AGAIN'],
    because: 'a name did not resolve',
  },
  {
    class: 'passes',
    says: /network is unreachable|no route to host/i,
    codes: ['ENETUNREACH', 'EHOSTUNREACH'],
    because: 'the network is down',
  },
  {
    class: 'passes',
    says: /removal of container \S+ is already in progress|marked for removal/i,
    because: 'a container is still being removed',
    isBrief: true,
  },
  {
    class: 'passes',
    says: /container name "\S+" is already in use/i,
    because: 'a container on its way out still holds the name',
    isBrief: true,
  },
  {
    class: 'passes',
    says: /device or resource busy/i,
    because: 'the kernel still holds something of an old container',
    isBrief: true,
  },
  {
    class: 'passes',
    says: /toomanyrequests|too many requests|\b(status|status code|HTTP):? 429\b/i,
    statuses: [429],
    because: 'the registry asks for patience',
  },
  {
    class: 'passes',
    says: /\b50[234] (bad gateway|service unavailable|gateway time-?out)/i,
    statuses: [502, 503, 504],
    because: 'a server in between is away',
  },
  { class: 'passes', says: /received unexpected HTTP status: 5\d\d/i, because: 'the registry is away' },
  // DEADLINE_EXCEEDED and UNAVAILABLE say nothing about what was asked.
  { class: 'passes', grpc: [4, 14], because: 'Temporal does not answer' },

  {
    class: 'no-room',
    says: /no space left on device|disk quota exceeded/i,
    codes: ['ENOSPC', 'EDQUOT', 'EIO'],
    because: 'a disk takes nothing more',
  },

  {
    class: 'stuck',
    says: /failed to remove root filesystem|unable to remove filesystem/i,
    because: 'the files of a container cannot be removed',
  },
  {
    class: 'stuck',
    says: /cannot (stop|kill) container|could not kill|did not receive an exit event/i,
    because: 'a container cannot be ended',
  },
  // Our own words for whatever else keeps Docker from it (`dockerode-change.ts`).
  { class: 'stuck', says: /failed to (end|remove) container/i, because: 'Docker does not let go of a container' },
];

/** What is known of a failure. */
export interface Said {
  text?: string;
  code?: string | undefined;
  status?: number;
  grpc?: number;
  /** It is the connection to Docker that failed. */
  isOfConnection?: boolean;
}

/** The first row of a class that knows a failure. */
export function retryRow(wanted: RetryClass, said: Said): RetryRow | undefined {
  return RETRY_ROWS.find((row) => row.class === wanted && knows(row, said));
}

function knows({ says, codes, statuses, grpc, isOfConnection }: RetryRow, said: Said): boolean {
  if (isOfConnection && !said.isOfConnection) return false;
  return (
    (said.text !== undefined && says?.test(said.text) === true) ||
    (said.code !== undefined && codes?.includes(said.code) === true) ||
    (said.status !== undefined && statuses?.includes(said.status) === true) ||
    (said.grpc !== undefined && grpc?.includes(said.grpc) === true)
  );
}

/** Why a failure may pass by itself; undefined where it is final, which counts more: a retry would meet that again. */
export function passing(said: Said): RetryRow | undefined {
  return retryRow('final', said) ? undefined : retryRow('passes', said);
}
