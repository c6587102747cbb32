import { rulesOf } from './rule.js';
import { CERTIFICATE_RULES } from './ssl-certificates.js';
import { HANDSHAKE_RULES } from './ssl-handshakes.js';

/** How databases, clients and proxies say that one side spoke TLS as the other did not expect. */
const CONNECTION_RULES = rulesOf('ssl', [
  {
    id: 'ssl/client-handshake-failed',
    pattern:
      /SSL_do_handshake\(\) failed.{0,300}while SSL handshaking, client|could not accept SSL connection: |Error accepting a client connection: error:|http: TLS handshake error from |no "ssl_certificate" is defined in server listening on SSL port/,
    severity: 'warning',
    cause: 'a client opened a TLS connection to this service and could not finish it',
    remedy:
      'look up the client by its address; if it is one of the stack, its protocol or trusted certificates do not fit',
    examples: [
      '2026/01/05 10:11:12 [crit] 30#30: *27 SSL_do_handshake() failed (SSL: error:0A00006C:SSL routines::bad key share) while SSL handshaking, client: 203.0.113.9, server: 0.0.0.0:443',
      '2026-01-05 10:11:12.131 UTC [71] LOG:  could not accept SSL connection: http request',
      '1:M 05 Jan 2026 10:11:12.355 # Error accepting a client connection: error:0A00010B:SSL routines::wrong version number (addr=10.0.0.7:50112 laddr=10.0.0.3:6379)',
      '2026/01/05 10:11:12 http: TLS handshake error from 10.0.0.7:38412: EOF',
      '2026/01/05 10:11:12 [error] 8#8: *3 no "ssl_certificate" is defined in server listening on SSL port while SSL handshaking, client: 10.0.0.7',
    ],
    counterExamples: [
      '2026/01/05 10:11:12 [error] 8#8: *5 SSL_do_handshake() failed (SSL: error:0A00010B:SSL routines::wrong version number) while SSL handshaking to upstream, client: 10.0.0.7',
      '1:M 05 Jan 2026 10:11:12.355 * Accepting client connections with TLS',
    ],
  },
  {
    id: 'ssl/server-does-not-support-ssl',
    pattern:
      /server does not support SSL\b|rejected SSL upgrade|SSL is not enabled on the server|server refused TLS connection|No SSL enabled connection from this host is configured|server does not support secure connn?ection|SSL is required,? but the server does ?n[o']t support it|HANDSHAKE_NO_SSL_SUPPORT|server does not support TLS|The server doesn't support SSL/i,
    severity: 'error',
    cause: 'the client asks for an encrypted connection, and the server offers none',
    remedy:
      'turn TLS on at the server, or ask for none: sslmode=disable (libpq), ssl=disable (asyncpg), ssl: false (Node)',
    examples: [
      'psycopg2.OperationalError: connection to server at "db" (172.18.0.2), port 5432 failed: server does not support SSL, but SSL was required',
      'Error: The server does not support SSL connections',
      'ConnectionError: PostgreSQL server at "db:5432" rejected SSL upgrade',
      'panic: pq: SSL is not enabled on the server',
      'failed to connect to `host=db user=app database=app`: server error (server refused TLS connection)',
      'Npgsql.NpgsqlException: SSL connection requested. No SSL enabled connection from this host is configured.',
      'Error: Server does not support secure connnection',
      "mysql: SSL connection error: SSL is required but the server doesn't support it",
      "  code: 'HANDSHAKE_NO_SSL_SUPPORT',",
      'tokio_postgres::Error { kind: Tls, cause: Some("server does not support TLS") }',
      "org.postgresql.util.PSQLException: The server doesn't support SSL.",
    ],
    counterExamples: [
      'SSL support is enabled',
      'connecting with sslmode=prefer: falls back to plain text where the server has no SSL',
      'DATABASE_URL=postgresql://app:pw@db:5432/app?sslmode=require',
    ],
  },
  {
    id: 'ssl/unexpected-ssl-argument',
    pattern:
      /got an unexpected keyword argument '(?:ssl|channel_binding)|invalid connection option \\?"ssl|invalid URI query parameter: \\?"ssl|unrecognized configuration parameter \\?"ssl_?mode|unsupported startup parameter: ssl/i,
    severity: 'error',
    cause: "the driver does not know the TLS option that it is given; sslmode is libpq's, and asyncpg's is called ssl",
    remedy: 'take the option out of the URL, or name it as the driver does: sslmode=… (psycopg), ssl=… (asyncpg)',
    examples: [
      "TypeError: connect() got an unexpected keyword argument 'sslmode'",
      "TypeError: AbstractConnection.__init__() got an unexpected keyword argument 'ssl'",
      'psycopg.ProgrammingError: invalid connection option "ssl"',
      'psycopg2.ProgrammingError: invalid dsn: invalid URI query parameter: "ssl"',
      'asyncpg.exceptions.UndefinedObjectError: unrecognized configuration parameter "sslmode"',
      'asyncpg.exceptions.ProtocolViolationError: unsupported startup parameter: sslmode',
    ],
    counterExamples: [
      "TypeError: create_app() got an unexpected keyword argument 'debug'",
      'INFO:app.config: sslmode=prefer sslrootcert=None',
    ],
  },
  {
    id: 'ssl/invalid-sslmode',
    pattern:
      /invalid sslmode value|sslmode value \\?".{1,20} invalid when SSL support is not compiled in|`?sslmode`? parameter must be one of|unsupported sslmode |Invalid value for ssl-?mode|sslmode is invalid|weak sslmode /i,
    severity: 'error',
    cause: 'the driver knows no such value of sslmode',
    remedy: 'use disable, allow, prefer, require, verify-ca or verify-full, as far as the driver supports them',
    examples: [
      'psycopg2.OperationalError: invalid sslmode value: "required"',
      'OperationalError: sslmode value "require" invalid when SSL support is not compiled in',
      'asyncpg.exceptions._base.ClientConfigurationError: `sslmode` parameter must be one of: disable, allow, prefer, require, verify-ca, verify-full',
      'pq: unsupported sslmode "prefer"; only "require" (default), "verify-full", "verify-ca", and "disable" supported',
      'error: Invalid value for ssl-mode: on',
      'cannot parse `postgres://app:xxxxx@db/app`: failed to configure TLS (sslmode is invalid)',
      'psycopg2.OperationalError: weak sslmode "prefer" may not be used with sslrootcert=system (use "verify-full")',
    ],
    counterExamples: ['sslmode=prefer', 'using sslmode require for db:5432', '{"sslmode":"disable","host":"db"}'],
  },
  {
    id: 'ssl/driver-in-database-url',
    pattern:
      /missing "=" after "postgres|invalid DSN: scheme is expected to be either|asyncio extension requires an async driver to be used|greenlet_spawn has not been called; can't call await_|Can't load plugin: sqlalchemy\.dialects:postgres\b|the URL must start with the protocol `postgres/,
    severity: 'error',
    cause: 'the driver named in the database URL (+asyncpg, +psycopg2 or none) is not the one that the code uses',
    remedy:
      'write postgresql+asyncpg:// for an async engine, postgresql:// for a sync one and for drivers without SQLAlchemy',
    examples: [
      'psycopg2.ProgrammingError: invalid dsn: missing "=" after "postgresql+asyncpg://app:pw@db/app" in connection info string',
      'asyncpg.exceptions._base.ClientConfigurationError: invalid DSN: scheme is expected to be either "postgresql" or "postgres", got \'postgresql+asyncpg\'',
      "sqlalchemy.exc.InvalidRequestError: The asyncio extension requires an async driver to be used. The loaded 'psycopg2' is not async.",
      "sqlalchemy.exc.MissingGreenlet: greenlet_spawn has not been called; can't call await_only() here. Was IO attempted in an unexpected place?",
      "sqlalchemy.exc.NoSuchModuleError: Can't load plugin: sqlalchemy.dialects:postgres",
      'Error validating datasource `db`: the URL must start with the protocol `postgresql://` or `postgres://`.',
    ],
    counterExamples: [
      'DATABASE_URL=postgresql+asyncpg://app:pw@db:5432/app',
      'INFO  [alembic.runtime.migration] Context impl PostgresqlImpl.',
      'engine created for postgresql+asyncpg://app:***@db/app',
    ],
  },
  {
    id: 'ssl/server-requires-ssl',
    pattern:
      /no pg_hba\.conf entry for .{1,200}, (?:SSL off|no encryption)|pg_hba\.conf rejects connection .{1,200}, (?:SSL off|no encryption)|insecure transport are prohibited while|FATAL: {1,2}SSL required|SSL connection is required\b|connection is insecure \(try using `sslmode|SecurityException: SSL is required|server requires (?:encryption|SSL|TLS)\b(?! = false)/i,
    severity: 'error',
    cause: 'the server takes encrypted connections only, and the client came without encryption',
    remedy: 'ask for TLS: sslmode=require (libpq), ssl=require (asyncpg), ssl: { … } (Node)',
    examples: [
      'FATAL:  no pg_hba.conf entry for host "10.0.0.7", user "app", database "app", no encryption',
      'error: pg_hba.conf rejects connection for host \\"10.0.0.7\\", user \\"app\\", database \\"app\\", SSL off',
      'ERROR 3159 (HY000): Connections using insecure transport are prohibited while --require_secure_transport=ON.',
      'psycopg2.OperationalError: FATAL:  SSL required',
      'FATAL: SSL connection is required. Please specify SSL options and retry.',
      'error: connection is insecure (try using `sslmode=require`)',
      'com.example.SecurityException: SSL is required',
      'connect: the server requires encryption, and the client was told to use none',
    ],
    counterExamples: [
      'FATAL:  no pg_hba.conf entry for host "10.0.0.7", user "app", database "app", SSL encryption',
      'config: server requires TLS = false',
      'LOG:  SSL is optional',
    ],
  },
  {
    id: 'ssl/plain-text-to-tls',
    pattern:
      /WRONG_VERSION_NUMBER|SSL.{1,80}wrong version number|first record does not look like a TLS handshake|server gave HTTP response to HTTPS client|SSL routines:.{0,60}(?:unknown protocol|packet length too long|http request|https proxy request)|Unsupported or unrecognized SSL message|received corrupt message of type InvalidContentType|SSL: RECORD_LAYER_FAILURE|plain HTTP request was sent to HTTPS port/i,
    severity: 'error',
    cause: 'one side speaks TLS and the other plain text: the wrong port, https:// for http://, rediss:// for redis://',
    remedy: 'make the scheme and the port fit what the other side serves',
    examples: [
      'redis.exceptions.ConnectionError: Error 1 connecting to redis:6379. [SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1123).',
      '2026/01/05 10:11:12 [error] 8#8: *5 SSL_do_handshake() failed (SSL: error:0A00010B:SSL routines::wrong version number) while SSL handshaking to upstream, client: 10.0.0.7, server: example.test, request: "GET / HTTP/1.1", upstream: "https://10.0.0.3:8080/"',
      '2026/01/05 10:11:12 [error] 8#8: *5 SSL_do_handshake() failed (SSL: error:0A00010B:SSL routines::wrong version number) while SSL handshaking to upstream, client: 10.0.0.7',
      'dial: tls: first record does not look like a TLS handshake',
      'Get "https://registry:5000/v2/": http: server gave HTTP response to HTTPS client',
      'error:1408F119:SSL routines:ssl3_get_record:packet length too long',
      'javax.net.ssl.SSLException: Unsupported or unrecognized SSL message',
      'Error: error communicating with database: received corrupt message of type InvalidContentType',
      'ssl.SSLError: [SSL: RECORD_LAYER_FAILURE] record layer failure (_ssl.c:1000)',
      '2026/01/05 10:11:12 [info] 8#8: *5 client sent plain HTTP request to HTTPS port, The plain HTTP request was sent to HTTPS port',
    ],
    counterExamples: [
      'package.json: wrong version number in lockfile',
      'TLS is served at port 8443, HTTP at port 8080',
    ],
  },
  {
    id: 'ssl/protocol-or-cipher-refused',
    pattern:
      /UNSUPPORTED_PROTOCOL|SSL.{0,80}unsupported protocol|tls: protocol version not supported|alert protocol version|TLSV1_ALERT_PROTOCOL_VERSION|NO_SHARED_CIPHER|no shared cipher|NO_CIPHERS_AVAILABLE|no ciphers available|ERR_TLS_INVALID_PROTOCOL_VERSION|ERR_TLS_PROTOCOL_VERSION_CONFLICT|DH_KEY_TOO_SMALL|dh key too small|EE_KEY_TOO_SMALL|ee key too small|CA_MD_TOO_WEAK|ca md too weak|UNSAFE_LEGACY_RENEGOTIATION_DISABLED|unsafe legacy renegotiation disabled|No appropriate protocol \(protocol is disabled/i,
    severity: 'error',
    cause: 'the two sides have no version of TLS, no cipher or no strength of key in common',
    remedy: 'update the older side; lower the security level of OpenSSL only where it cannot be updated',
    examples: [
      'ssl.SSLError: [SSL: UNSUPPORTED_PROTOCOL] unsupported protocol (_ssl.c:1129)',
      'SSL error: unsupported protocol',
      'remote error: tls: protocol version not supported',
      'error:0A00042E:SSL routines::tlsv1 alert protocol version',
      'ssl.SSLError: [SSL: TLSV1_ALERT_PROTOCOL_VERSION]',
      'ssl.SSLError: [SSL: NO_SHARED_CIPHER]',
      'error:0A0000C1:SSL routines::no shared cipher',
      'ssl.SSLError: [SSL: NO_CIPHERS_AVAILABLE]',
      'error:0A0000B5:SSL routines::no ciphers available',
      "  code: 'ERR_TLS_INVALID_PROTOCOL_VERSION'",
      "  code: 'ERR_TLS_PROTOCOL_VERSION_CONFLICT'",
      'ssl.SSLError: [SSL: DH_KEY_TOO_SMALL]',
      'error:0A00018A:SSL routines::dh key too small',
      'ssl.SSLError: [SSL: EE_KEY_TOO_SMALL]',
      'SSL error: ee key too small',
      'ssl.SSLError: [SSL: CA_MD_TOO_WEAK]',
      'SSL error: ca md too weak',
      'ssl.SSLError: [SSL: UNSAFE_LEGACY_RENEGOTIATION_DISABLED]',
      'error:0A000152:SSL routines::unsafe legacy renegotiation disabled',
      'javax.net.ssl.SSLHandshakeException: No appropriate protocol (protocol is disabled or cipher suites are inappropriate)',
    ],
    counterExamples: ['ssl_protocols TLSv1.2 TLSv1.3;', 'starting with ciphers HIGH:!aNULL', 'TLS 1.3 enabled'],
  },
  {
    id: 'ssl/library-missing',
    pattern:
      /the ssl module in Python is not available|SSL module is not available|No module named '_ssl'|libssl\.so\S{0,12}: cannot open shared object|TLS is not supported by this build|built without (?:SSL|TLS|OpenSSL) support, (?:but|cannot)|Python was built without SSL/i,
    severity: 'error',
    cause: 'the program, or its image, has no TLS library',
    remedy: 'install it in the image (libssl, ca-certificates), or use a base image that has it',
    examples: [
      'pip is configured with locations that require TLS/SSL, however the ssl module in Python is not available.',
      "Can't connect to HTTPS URL because the SSL module is not available.",
      "ModuleNotFoundError: No module named '_ssl'",
      'error while loading shared libraries: libssl.so.1.1: cannot open shared object file: No such file or directory',
      'error: TLS is not supported by this build',
      'redis: built without TLS support, cannot use rediss://',
      'RuntimeError: Python was built without SSL',
    ],
    counterExamples: ['loaded libssl.so.3', 'nginx: built with OpenSSL 3.0.15', 'redis was built without TLS support'],
  },
  {
    id: 'ssl/openssl-legacy-algorithm',
    pattern: /ERR_OSSL_EVP_UNSUPPORTED|digital envelope routines:.{0,40}unsupported/,
    severity: 'error',
    cause: 'the program asks OpenSSL 3 for an algorithm that it no longer offers',
    remedy: 'update the program or its bundler; NODE_OPTIONS=--openssl-legacy-provider helps until then',
    examples: ["  code: 'ERR_OSSL_EVP_UNSUPPORTED'", 'Error: error:0308010C:digital envelope routines::unsupported'],
    counterExamples: ['NODE_OPTIONS=--openssl-legacy-provider', 'digital envelope opened'],
  },
  {
    id: 'ssl/rediss-without-cert-reqs',
    pattern: /rediss:\/\/ URL must have parameter ssl_cert_reqs|Invalid SSL Certificate Requirements Flag/,
    severity: 'error',
    cause: 'a rediss:// URL does not say how the certificate is to be checked',
    remedy: 'append ?ssl_cert_reqs=required (or none) to the URL',
    examples: [
      'ValueError: A rediss:// URL must have parameter ssl_cert_reqs and this must be set to CERT_REQUIRED, CERT_OPTIONAL, or CERT_NONE',
      'redis.exceptions.RedisError: Invalid SSL Certificate Requirements Flag: CERT_MAYBE',
    ],
    counterExamples: ['broker: rediss://redis:6380/0?ssl_cert_reqs=required'],
  },
  {
    id: 'ssl/channel-binding',
    pattern:
      /channel binding is required, but|channel binding required,? but|channel binding required but not supported|SCRAM channel binding negotiation error/i,
    severity: 'error',
    cause: 'the client insists on channel binding, which this connection does not have',
    remedy: 'connect with TLS, or take channel_binding=require out of the URL',
    examples: [
      'psycopg2.OperationalError: channel binding is required, but server did not offer an authentication method that supports channel binding',
      'FATAL: channel binding required, but SSL not in use',
      "OperationalError: channel binding required but not supported by server's authentication request",
      'FATAL:  SCRAM channel binding negotiation error',
    ],
    counterExamples: ['channel_binding=prefer', 'channel binding: on'],
  },
]);

/** Everything about TLS, the specific before the general. */
export const SSL_RULES = [...CONNECTION_RULES, ...CERTIFICATE_RULES, ...HANDSHAKE_RULES];
