import { rulesOf } from './rule.js';

/** What remains: a handshake or an encrypted connection that failed for a reason that the line may tell. */
export const HANDSHAKE_RULES = rulesOf('ssl', [
  {
    id: 'ssl/connection-lost',
    pattern:
      /SSL SYSCALL error: |SSL connection has been closed unexpectedly|SSL_ERROR_SYSCALL|SSL error: unexpected eof|EOF occurred in violation of protocol|UNEXPECTED_EOF_WHILE_READING|decryption failed or bad record mac|DECRYPTION_FAILED_OR_BAD_RECORD_MAC|SSL error: bad length/i,
    severity: 'error',
    ofOtherSide: true,
    cause:
      'an encrypted connection ended in the middle; the other side went away, or two processes share one connection',
    remedy: "look at the other side's log of this moment; open connections after forking, not before",
    examples: [
      'psycopg2.OperationalError: SSL SYSCALL error: EOF detected',
      'psycopg2.OperationalError: SSL connection has been closed unexpectedly',
      'curl: (35) OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to api:443',
      'OperationalError: SSL error: unexpected eof while reading',
      'ssl.SSLEOFError: EOF occurred in violation of protocol (_ssl.c:1007)',
      'ssl.SSLEOFError: [SSL: UNEXPECTED_EOF_WHILE_READING]',
      'OperationalError: SSL error: decryption failed or bad record mac',
      'ssl.SSLError: [SSL: DECRYPTION_FAILED_OR_BAD_RECORD_MAC]',
      'SSL error: bad length',
    ],
    counterExamples: ['SSL connection closed', 'SSL connection (protocol: TLSv1.3, cipher: TLS_AES_256_GCM_SHA384)'],
  },
  {
    id: 'ssl/handshake-failed',
    pattern:
      /SSL_do_handshake\(\) failed|ssl handshake fail|tls handshake fail|HANDSHAKE_FAILURE|alert handshake failure|remote error: tls: |SSL alert number \d|before secure TLS connection was established|SSLHandshakeException: |peer did not return a certificate|PEER_DID_NOT_RETURN_A_CERTIFICATE|tls handshake eof|received fatal alert: |TLSV1_ALERT_|TLSV1_UNRECOGNIZED_NAME|SSLV3_ALERT_|could not establish SSL connection|could not initiate SSL connection/i,
    severity: 'error',
    cause: 'the two sides could not agree on an encrypted connection',
    remedy: 'the rest of the line names the reason; compare protocol, certificates and server name (SNI) of both sides',
    examples: [
      '[error] 8#8: *5 SSL_do_handshake() failed (SSL: error:0A000126:SSL routines::bad extension) while SSL handshaking to upstream',
      'SSL Handshake failed: tlsv1 alert',
      'TLS handshake failed with db:5432',
      'ssl.SSLError: [SSL: HANDSHAKE_FAILURE]',
      'error:0A000410:SSL routines::sslv3 alert handshake failure',
      'remote error: tls: handshake failure',
      'write EPROTO: SSL alert number 40',
      'Error: Client network socket disconnected before secure TLS connection was established',
      'javax.net.ssl.SSLHandshakeException: Remote host terminated the handshake',
      'error:0A0000C7:SSL routines::peer did not return a certificate',
      'ssl.SSLError: [SSL: PEER_DID_NOT_RETURN_A_CERTIFICATE]',
      'io error: tls handshake eof',
      'Received fatal alert: internal_error',
      'ssl.SSLError: [SSL: TLSV1_ALERT_INTERNAL_ERROR]',
      'ssl.SSLError: [SSL: TLSV1_UNRECOGNIZED_NAME]',
      'ssl.SSLError: [SSL: SSLV3_ALERT_UNEXPECTED_MESSAGE]',
      'FATAL: could not establish SSL connection: tlsv1 alert',
      'OperationalError: could not initiate SSL connection: library has no ciphers',
    ],
    counterExamples: ['TLS handshake completed with db:5432', 'ssl_handshake_timeout 60s;'],
  },
  {
    id: 'ssl/tls-error',
    pattern:
      /\bERR_TLS_[A-Z]|\bERR_SSL_[A-Z]|SSL error: (?!none|no error|0\b)|SSLError[:(]\s{0,2}\S|\bTLS error: (?!none|no error|0\b)|error:[0-9A-F]{8}:SSL routines:|ERR_OSSL_(?!EVP_UNSUPPORTED)|SSLException: /,
    severity: 'error',
    cause: 'an encrypted connection could not be made',
    remedy: 'the line names the reason; compare protocol, certificates and server name (SNI) of both sides',
    examples: [
      "  code: 'ERR_TLS_HANDSHAKE_TIMEOUT'",
      "  code: 'ERR_SSL_NO_PRIVATE_VALUE'",
      'OperationalError: SSL error: internal error',
      "requests.exceptions.SSLError: HTTPSConnectionPool(host='api', port=443): Max retries exceeded",
      'FATAL: TLS error: no certificate list',
      'error:0A000126:SSL routines::bad extension',
      "  code: 'ERR_OSSL_X509_UNKNOWN'",
      'javax.net.ssl.SSLException: Tag mismatch',
    ],
    counterExamples: ['SSL error: none', 'TLS errors: 0', 'from ssl import SSLError', 'SSL errors so far: 0'],
  },
]);
