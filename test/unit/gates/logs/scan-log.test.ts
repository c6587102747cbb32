import { describe, expect, it } from '@jest/globals';
import { cleanLine, sameText, withoutComposePrefix } from '../../../../src/gates/clean-line.js';
import { LiteralSearch } from '../../../../src/gates/literal-search.js';
import { LogMatcher } from '../../../../src/gates/log-matcher.js';
import { LOG_RULES } from '../../../../src/gates/log-rules/all.js';
import { literalsOf } from '../../../../src/gates/log-rules/literals.js';
import { keyOf, LogTally } from '../../../../src/gates/log-tally.js';
import { type FoundInLog, LogScanner, type ScanOptions } from '../../../../src/gates/scan-log.js';
import { logFinding, scanVerdict } from '../../../../src/gates/scan-verdict.js';

const matcher = new LogMatcher(LOG_RULES);
const plain = (text: string): string => text;

function scan(text: string | string[], options: Partial<ScanOptions> = {}): FoundInLog[] {
  const found: FoundInLog[] = [];
  const scanner = new LogScanner(matcher, { excerptLines: 100, found: (one) => found.push(one), ...options });
  for (const line of typeof text === 'string' ? text.split('\n') : text) scanner.add(line);
  scanner.finish();
  return found;
}

const brief = (found: FoundInLog[]): string[] =>
  found.map(({ rule, line, excerpt }) => `${rule.id} ${line} of ${excerpt.length}`);

const CHAINED = `INFO starting
Traceback (most recent call last):
  File "/app/db.py", line 3, in connect
    raise ConnectionError("rejected SSL upgrade, certificate has expired")
asyncpg.exceptions.X: connect() failed

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/app/main.py", line 9, in <module>
    db.connect()
psycopg2.OperationalError: connection to server at "db" (172.18.0.2), port 5432 failed: server does not support SSL, but SSL was required

(Background on this error at: https://sqlalche.me/e/20/e3q8)
INFO ended`;

describe('traces', () => {
  it('keeps a chain of Python exceptions together, and finds the exception rather than the code', () => {
    const [found, ...others] = scan(CHAINED);
    expect(others).toEqual([]);
    expect(brief([found!])).toEqual(['ssl/server-does-not-support-ssl 12 of 13']);
    expect(found!.excerpt[0]).toBe('Traceback (most recent call last):');
    expect(found!.excerpt.at(-1)).toContain('Background on this error');
  });

  it('cuts a trace to the lines before its exception', () => {
    const [found] = scan(CHAINED, { excerptLines: 3 });
    expect(found!.excerpt).toEqual([
      '  File "/app/main.py", line 9, in <module>',
      '    db.connect()',
      expect.stringContaining('server does not support SSL'),
    ]);
  });

  it('ends a trace at a blank line where it is told so', () => {
    expect(brief(scan(CHAINED, { blankEnds: true }))).toEqual([
      'python/traceback 2 of 4',
      'ssl/server-does-not-support-ssl 12 of 4',
    ]);
  });

  it('keeps the stack and the properties of a Node error', () => {
    const found = scan([
      'starting',
      'Error: self-signed certificate in certificate chain',
      '    at TLSSocket.onConnectSecure (node:_tls_wrap:1674:34)',
      '    at TLSSocket.emit (node:events:519:28) {',
      "  code: 'SELF_SIGNED_CERT_IN_CHAIN'",
      '}',
      'Node.js v20.1.0',
    ]);
    expect(brief(found)).toEqual(['ssl/self-signed-certificate 2 of 5']);
  });

  it('keeps what Node writes in the first column of an error', () => {
    const missing = [
      "Error: Cannot find module 'x'",
      'Require stack:',
      '- /app/a.js',
      '    at y {',
      "  code: 'MODULE_NOT_FOUND'",
      '}',
    ];
    expect(brief(scan(missing))).toEqual(['node/module-not-found 1 of 6']);
    const tls = [
      '[Error: 1:error:0A00010B:SSL routines:x:wrong version number:',
      '] {',
      "  code: 'ERR_SSL_WRONG_VERSION_NUMBER'",
      '}',
    ];
    expect(brief(scan(tls))).toEqual(['ssl/plain-text-to-tls 1 of 4']);
  });

  it('says that something was not handled only where it cannot say what', () => {
    expect(brief(scan('Traceback (most recent call last):\n  File "a.py"\nValueError: no'))).toEqual([
      'python/traceback 1 of 3',
    ]);
    expect(
      brief(scan('Traceback (most recent call last):\n  File "a.py"\nModuleNotFoundError: No module named \'jwt\'')),
    ).toEqual(['python/module-not-found 3 of 3']);
  });

  it('does not take a log that is indented throughout for one trace', () => {
    const line = '  Error: certificate has expired';
    expect(brief(scan([line, line]))).toEqual(['ssl/certificate-expired 1 of 1', 'ssl/certificate-expired 2 of 1']);
  });

  it('holds no more of a trace without end than it has to', () => {
    const endless = [
      'Error: certificate has expired',
      ...Array.from({ length: 5000 }, (_, at) => `    at f${at} (a.js:1:1)`),
    ];
    const found = scan(endless, { excerptLines: 10 });
    expect(brief(found)).toEqual(['ssl/certificate-expired 1 of 10']);
  });

  it('leaves out what is ignored', () => {
    expect(scan('Error: certificate has expired', { ignored: (line) => line.includes('expired') })).toEqual([]);
  });

  it('takes colours and times away before it looks', () => {
    const [found] = scan(
      '2026-01-05T10:11:12.131456789Z \u001b[31mError\u001b[39m: self-signed \u001b[1mcertificate\u001b[0m',
    );
    expect(found).toMatchObject({
      text: 'Error: self-signed certificate',
      rule: { id: 'ssl/self-signed-certificate' },
    });
  });
});

describe('lines', () => {
  it.each([
    ['[2026-01-05 10:11:12 +0000] [1] [INFO] x', '[1] [INFO] x'],
    ['2026/01/05 10:11:12 [error] x', '[error] x'],
    ['10:11:12,131 x', 'x'],
    ['12 apples', '12 apples'],
  ])('%s', (raw, clean) => {
    expect(cleanLine(raw)).toBe(clean);
  });

  it('know the service that Compose writes before them', () => {
    expect(withoutComposePrefix('api-1  |     at x')).toEqual({ service: 'api', line: '    at x' });
    expect(withoutComposePrefix('a | b')).toBeUndefined();
  });

  it.each([
    ['dial 10.0.0.3:5432 took 12ms, id 3f2ab91c', 'dial 10.1.7.9:5433 took 7ms, id a81c22fe'],
    ['at 2026-01-05T10:11:12.131Z 0x7ffe11', 'at 2026-11-30T01:02:03Z 0x11ab'],
    [
      '05 Jan 2026 lost fe80::1:2 5f0c8d1e-0000-4000-8000-3f2ab91c77aa',
      '30 Dec 2027 lost fe80::7:9 11111111-2222-4333-8444-555555555555',
    ],
  ])('say the same: %s', (one, other) => {
    expect(sameText(one)).toBe(sameText(other));
  });

  it('differ where words differ', () => {
    expect(sameText('no module a')).not.toBe(sameText('no module b'));
  });
});

describe('the search for plain texts', () => {
  it('finds each that occurs, within and beside others', () => {
    const literals = ['he', 'she', 'his', 'hers', 'zebra'];
    const search = new LiteralSearch(literals);
    const found = (line: string): string[] => [...new Set(search.find(line).map((at) => literals[at]!))].sort();
    expect(found('uSHErs')).toEqual(['he', 'hers', 'she']);
    expect(found('x\u00e9hisx')).toEqual(['his']);
    expect(found('nothing of it')).toEqual([]);
  });

  it('refuses a pattern that it cannot pass lines by for', () => {
    expect(literalsOf(/certificate (?:has|had) expired|no \w+ key/i)).toEqual(['certificate ', ' key']);
    expect(() => literalsOf(/\d+ (?:lines|rows)/)).toThrow('no plain text');
  });

  it('takes time that grows with the line, whatever stands in it', () => {
    const took = (line: string): number => {
      const began = performance.now();
      for (let round = 0; round < 20; round++) matcher.match(line);
      return performance.now() - began;
    };
    const unit = 'SSL routines: no pg_hba.conf entry for  [emerg] SSL_do_handshake() failed certificate "';
    const [short, long] = [unit.repeat(6), unit.repeat(96)];
    const best = (line: string): number => Math.min(...Array.from({ length: 5 }, () => took(line)));
    const shortest = best(short);
    // Sixteen times as long; what is squared would take 256 times as long.
    expect(best(long)).toBeLessThan(80 * shortest);
  });
});

describe('the verdict', () => {
  const tallied = (text: string, known?: Set<string>) => {
    const tally = new LogTally(plain, known);
    for (const found of scan(text)) tally.add(found);
    return tally.findings();
  };
  const verdict = (text: string, known?: Set<string>, unread: string[] = []) =>
    scanVerdict({
      service: 'api',
      findings: tallied(text, known).map((found) => logFinding(found, 'api', plain)),
      lines: 1,
      unread,
      durationMs: 1,
    });
  const EXPIRED = 'dial 10.0.0.3: certificate has expired';

  it('fails for an error, with rule, cause and remedy', () => {
    const { verdict: word, reason, findings } = verdict(`connect ECONNREFUSED\n${EXPIRED}\n${EXPIRED}`);
    expect(word).toBe('fail');
    expect(reason).toMatch(/^logged ssl\/certificate-expired: .+ \(line 2\); .+/);
    expect(findings).toMatchObject([{ rule: 'ssl/certificate-expired', count: 2, line: 2 }, { severity: 'warning' }]);
  });

  it('passes what the version before logged too, and warnings', () => {
    const known = new Set(scan('dial 10.9.9.9: certificate has expired').map((found) => keyOf(found, plain)));
    expect(verdict(`${EXPIRED}\nconnect ECONNREFUSED`, known)).toMatchObject({
      verdict: 'pass',
      reason: 'no new error logged, 1 warning, 1 error that the version before logged too',
    });
    expect(verdict('Error: certificate is not yet valid', known).verdict).toBe('fail');
  });

  it('is inconclusive where a log could not be read and no error was seen', () => {
    expect(verdict('', undefined, ['its log cannot be read'])).toMatchObject({ verdict: 'inconclusive' });
    expect(verdict(EXPIRED, undefined, ['its log cannot be read']).verdict).toBe('fail');
  });

  it('stays small, whatever was logged', () => {
    const frames = Array.from({ length: 90 }, () => `    ${'x'.repeat(4000)}`).join('\n');
    const text = Array.from(
      { length: 60 },
      (_, at) => `Error: certificate has expired for ${String.fromCharCode(97 + (at % 26)).repeat(1 + at)}\n${frames}`,
    );
    const result = verdict(text.join('\n'));
    expect(result.findings).toHaveLength(20);
    expect(JSON.stringify(result).length).toBeLessThan(100_000);
    expect(result.findings.reduce((sum, { count }) => sum + count, 0)).toBe(60);
  });

  it('keeps no secret in an excerpt', () => {
    const redact = (text: string): string => text.replaceAll('hunter2', '[redacted]');
    const [found] = tallied('Error: certificate has expired\n    at hunter2');
    expect(logFinding(found!, 'api', redact).excerpt.join('\n')).not.toContain('hunter2');
  });
});
