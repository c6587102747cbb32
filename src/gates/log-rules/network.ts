import { rulesOf } from './rule.js';

/** Names, ports and connections. What passes by itself while a stack starts is a warning. */
export const NETWORK_RULES = rulesOf('network', [
  {
    id: 'network/address-in-use',
    pattern: /EADDRINUSE|Address already in use|address already in use|Only one usage of each socket address/,
    severity: 'error',
    cause: 'another process in this container, or on its network namespace, has the port already',
    remedy: 'find the second server that is started, or give one of them another port',
    examples: [
      'Error: listen EADDRINUSE: address :::3000',
      'OSError: [Errno 98] Address already in use',
      'listen tcp :8080: bind: address already in use',
      'Only one usage of each socket address is normally permitted',
    ],
    counterExamples: ['listening on 0.0.0.0:3000'],
  },
  {
    id: 'network/upstream-not-found',
    pattern: /\[emerg\].{0,40}host not found in upstream|no resolver defined to resolve/,
    severity: 'error',
    cause: 'nginx does not start, or answer, while the name of an upstream is unknown',
    remedy: 'make it depend on that service (condition: service_healthy), on a network of both',
    examples: [
      'nginx: [emerg] host not found in upstream "api:8000" in /etc/nginx/conf.d/default.conf:3',
      '[error] 8#8: *5 no resolver defined to resolve api',
    ],
    counterExamples: ['[notice] 1#1: start worker processes'],
  },
  {
    id: 'network/login-refused',
    pattern:
      /NOAUTH Authentication required|WRONGPASS invalid username-password|NOPERM this user has no permissions|client is unauthorized due to authentication failure|ACCESS_REFUSED - Login was refused|MongoServerError: Authentication failed|Access denied for user '|ERR AUTH <password> called without any password/,
    severity: 'error',
    cause: 'a server that this service needs refuses its name or password',
    remedy:
      'make the password of the client that of the server (NEO4J_AUTH and MYSQL_… count only when the volume is new)',
    examples: [
      'ReplyError: NOAUTH Authentication required.',
      'redis.exceptions.AuthenticationError: WRONGPASS invalid username-password pair or user is disabled.',
      "NOPERM this user has no permissions to run the 'get' command",
      'neo4j.exceptions.AuthError: The client is unauthorized due to authentication failure.',
      '(403) ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN.',
      'MongoServerError: Authentication failed.',
      "ERROR 1045 (28000): Access denied for user 'app'@'10.0.0.7'",
      'ReplyError: ERR AUTH <password> called without any password configured',
    ],
    counterExamples: ['auth: enabled', 'user app logged in'],
  },
  {
    id: 'network/name-not-resolved',
    pattern:
      /getaddrinfo (?:ENOTFOUND|EAI_AGAIN)|Temporary failure in name resolution|Name or service not known|could not translate host name|no such host\b|UnknownHostException: |nodename nor servname provided|failed to lookup address information/,
    severity: 'warning',
    cause: 'the name of another service is unknown here: it is not up, or not on a network of this one',
    remedy: 'compare the name with the service, and the networks of both',
    examples: [
      'Error: getaddrinfo ENOTFOUND db',
      'socket.gaierror: [Errno -3] Temporary failure in name resolution',
      'socket.gaierror: [Errno -2] Name or service not known',
      'could not translate host name "db" to address',
      'dial tcp: lookup db: no such host',
      'java.net.UnknownHostException: db',
      'nodename nor servname provided, or not known',
      'failed to lookup address information: Try again',
    ],
    counterExamples: ['resolved db to 10.0.0.3'],
  },
  {
    id: 'network/connection-refused',
    pattern: /ECONNREFUSED|Connection refused|connection refused|ConnectionRefusedError/,
    severity: 'warning',
    cause: 'nothing listened at the address that was called',
    remedy: 'if it goes on: compare the port with what the other service listens on, and whether it listens on 0.0.0.0',
    examples: [
      'Error: connect ECONNREFUSED 10.0.0.3:5432',
      'psycopg2.OperationalError: Connection refused',
      'dial tcp 10.0.0.3:5432: connect: connection refused',
      'ConnectionRefusedError: [Errno 111]',
    ],
    counterExamples: ['connection accepted', 'refused to compress'],
  },
  {
    id: 'network/unreachable',
    pattern:
      /EHOSTUNREACH|ENETUNREACH|No route to host|Network is unreachable|network is unreachable|ETIMEDOUT|Connection timed out|connection timed out|ECONNRESET|Connection reset by peer|connection reset by peer|upstream timed out/,
    severity: 'warning',
    cause: 'another service did not answer, or hung up',
    remedy: 'if it goes on: check that both are on one network, and the log of the other one',
    examples: [
      'connect EHOSTUNREACH 10.0.0.3:5432',
      'connect ENETUNREACH 10.0.0.3:5432',
      'No route to host',
      'OSError: [Errno 101] Network is unreachable',
      'network is unreachable',
      'connect ETIMEDOUT 10.0.0.3:5432',
      'Connection timed out',
      'connection timed out',
      'read ECONNRESET',
      'Connection reset by peer',
      'connection reset by peer',
      '[error] 8#8: *5 upstream timed out (110: Operation timed out)',
    ],
    counterExamples: ['keepalive_timeout 65;'],
  },
]);
