import { describe, expect, it } from '@jest/globals';
import { LogMatcher } from '../../../../src/gates/log-matcher.js';
import { LOG_RULES, rulesNamed, unknownRules } from '../../../../src/gates/log-rules/all.js';
import { alternativesOf, literalsOf } from '../../../../src/gates/log-rules/literals.js';
import { LOG_FAMILIES } from '../../../../src/spec/log-families.js';

const all = new LogMatcher(LOG_RULES);
const byId = LOG_RULES.map((rule) => [rule.id, rule] as const);

describe.each(byId)('%s', (id, rule) => {
  it('matches its examples, and is the first of its family to do so', () => {
    const family = new LogMatcher(rulesNamed([rule.family]));
    const found = rule.examples.map((line) => [line, family.match(line)?.id]);
    expect(found).toEqual(rule.examples.map((line) => [line, id]));
  });

  it('has an example for each alternative of its pattern', () => {
    const unproven = alternativesOf(rule.pattern.source).filter((alternative) => {
      const only = new RegExp(alternative, rule.pattern.flags);
      return !rule.examples.some((line) => only.test(line));
    });
    expect(unproven).toEqual([]);
  });

  it('matches none of its counter-examples', () => {
    const only = new LogMatcher([rule]);
    expect(rule.counterExamples.filter((line) => only.match(line))).toEqual([]);
  });

  it('holds no plain text that a line could match without', () => {
    const literals = literalsOf(rule.pattern);
    const passed = rule.examples.filter((line) => !literals.some((literal) => line.toLowerCase().includes(literal)));
    expect(passed).toEqual([]);
  });

  it('says what to do in sentences without an end', () => {
    expect(`${rule.cause} ${rule.remedy}`).not.toMatch(/\.( |$)/);
    expect(rule.pattern.flags).not.toMatch(/[gy]/);
    // A quantifier on a group that holds an unbounded one would not be linear.
    expect(rule.pattern.source).not.toMatch(/[*+]\)[*+{]|(?<!\\)\.[*+]/);
  });
});

describe('rules', () => {
  it('have ids of their own, which begin with their family', () => {
    expect(new Set(LOG_RULES.map(({ id }) => id)).size).toBe(LOG_RULES.length);
    expect(LOG_RULES.filter(({ id, family }) => !id.startsWith(`${family}/`))).toEqual([]);
    expect(new Set(LOG_RULES.map(({ family }) => family))).toEqual(new Set(LOG_FAMILIES));
  });

  it('match no counter-example of another rule of their family, unless it is an example of theirs', () => {
    const taken = LOG_RULES.flatMap(({ id, family, counterExamples }) => {
      const matcher = new LogMatcher(rulesNamed([family]));
      return counterExamples.map((line) => ({ id, line, by: matcher.match(line)?.id }));
    }).filter(({ by }) => by !== undefined);
    const anothers = new Set(LOG_RULES.flatMap(({ examples }) => examples));
    expect(taken.filter(({ line }) => !anothers.has(line))).toEqual([]);
  });

  it('are chosen by family and by id', () => {
    expect(rulesNamed(['disk', 'ssl/certificate-expired']).map(({ id }) => id)).toEqual([
      'ssl/certificate-expired',
      ...rulesNamed(['disk']).map(({ id }) => id),
    ]);
    expect(unknownRules(['ssl', 'ssl/certificate-expired', 'ssl/no-such', 'sll'])).toEqual(['ssl/no-such', 'sll']);
  });

  it('find what is written in JSON, and in colours', () => {
    expect(all.match('{"level":50,"msg":"server certificate for \\"a\\" does not match host name \\"b\\""}')?.id).toBe(
      'ssl/hostname-mismatch',
    );
  });
});

describe('a mention', () => {
  it.each([
    '10.0.0.7 - - [05/Jan/2026:10:11:12 +0000] "GET /help?q=SSL error: certificate verify failed HTTP/1.1" 200 12 "-" "curl/8"',
    'INFO:     10.0.0.7:5000 - "GET /errors/ERR_TLS_CERT_ALTNAME_INVALID HTTP/1.1" 404 Not Found',
    'GET /errors/ECONNREFUSED 200 1.2 ms - 31',
    "LOG:  statement: INSERT INTO notes VALUES ('certificate has expired')",
    "2026-01-05 10:11:12.131 UTC [71] STATEMENT:  SELECT 'certificate has expired'",
    "[SQL: SELECT 'No space left on device']",
    'LAST_ERROR="The server does not support SSL connections"',
    '  - ERROR_TEXT=certificate has expired',
    'DEBUG: the last try said ECONNREFUSED',
    '{"level":"debug","msg":"certificate has expired"}',
    'level=debug msg="certificate has expired"',
    'we retry on ECONNREFUSED, three times',
    'checking for "certificate has expired"',
    'SSL support enabled, no SSL error so far',
    'DATABASE_URL=postgresql+asyncpg://app:secret@db:5432/app?sslmode=require',
    'sslmode=prefer',
    'config: {"sslmode":"require","ssl":true}',
    'TLS: certificate loaded, valid until 2027-01-05',
  ])('is none: %s', (line) => {
    expect(all.match(line)?.id).toBeUndefined();
  });

  it('differs from an error log that repeats the request', () => {
    const line =
      '[error] 8#8: *5 SSL_do_handshake() failed (SSL: error:0A000126:SSL routines::bad) while SSL handshaking to upstream, client: 10.0.0.7, request: "GET /x HTTP/1.1", upstream: "https://10.0.0.3/", host: "a"';
    expect(all.match(line)?.id).toBe('ssl/handshake-failed');
  });
});
