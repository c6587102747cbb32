import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { redactor, secretValuesOf } from '../../../src/spec/redact.js';

describe('redactor', () => {
  it('takes a value out wherever it stands', () => {
    expect(redactor(['hunter2-x'])('login with hunter2-x failed (hunter2-x)')).toBe(
      'login with [redacted] failed ([redacted])',
    );
  });

  it('leaves no rest of values that overlap or contain each other', () => {
    const redact = redactor(['abcd', 'cdefgh', 'abcdefghij']);
    expect(redact('abcdefgh')).toBe('[redacted]');
    expect(redact('-abcdefghij-')).toBe('-[redacted]-');
    expect(redact('cdefgh, abcd')).toBe('[redacted], [redacted]');
  });

  it('knows a value URL-encoded, escaped as in JSON, and escaped as in a Compose file', () => {
    const redact = redactor(['p@ss/w"rd$1']);
    expect(redact('at p%40ss%2Fw%22rd%241 end')).toBe('at [redacted] end');
    expect(redact(JSON.stringify({ x: 'p@ss/w"rd$1' }))).toBe('{"x":"[redacted]"}');
    expect(redact('x p@ss/w"rd$$1 x')).toBe('x [redacted] x');
  });

  it('knows a value of many lines by each of its lines', () => {
    const redact = redactor(['-----BEGIN-----\nMIIEvQIBADAN\n  Bgkqhkiq\n}\n']);
    expect(redact('line MIIEvQIBADAN and Bgkqhkiq, but {a}')).toBe('line [redacted] and [redacted], but {a}');
  });

  it('needs no values to take out credentials by their form', () => {
    const redact = redactor([]);
    expect(redact('postgres://shop:s3cret@db:5432/shop')).toBe('postgres://shop:[redacted]@db:5432/shop');
    expect(redact('redis://:s3cret@redis:6379')).toBe('redis://:[redacted]@redis:6379');
    expect(redact('parse "postgres://u:p@ss/w@host/db": invalid port')).toBe(
      'parse "postgres://u:[redacted]@host/db": invalid port',
    );
    expect(redact('amqp://a:b1@one,amqp://c:d2@two')).toBe('amqp://a:[redacted]@one,amqp://c:[redacted]@two');
    expect(redact('clone https://ghp_abc@github.com/x')).toBe('clone https://[redacted]@github.com/x');
    expect(redact('host=db password=abc user=x')).toBe('host=db password=[redacted] user=x');
    expect(redact('--token=abc,def DB_PASSWORD="a b" API_KEY=1')).toBe(
      '--token=[redacted] DB_PASSWORD=[redacted] API_KEY=[redacted]',
    );
    expect(redact('--build-arg=DB_PASSWORD=abc')).toBe('--build-arg=DB_PASSWORD=[redacted]');
    expect(redact('{"password": "x", "user": "y"}')).toBe('{"password": [redacted], "user": "y"}');
    expect(redact('  POSTGRES_PASSWORD: hunter2\n  A: b')).toBe('  POSTGRES_PASSWORD: [redacted]\n  A: b');
    expect(redact('Authorization: Bearer abc.def')).toBe('Authorization: Bearer [redacted]');
  });

  it('leaves ordinary texts alone', () => {
    const redact = redactor(['', 'abc']);
    for (const text of [
      'required variable DB_PASSWORD is missing a value: set it in .env',
      'DB_PASSWORD: not set in .env',
      'http://api:8000/health answered 503',
      'abc at compose.yaml:4:7',
      'image registry.example.org:5000/team/api:1.2@sha256:0123',
    ]) {
      expect(redact(text)).toBe(text);
    }
  });

  it('is not slowed down by long words', () => {
    const redact = redactor(['sentinel-value']);
    for (const word of ['a.', 'ab', '-', 'x=', '://a:', '://', 'http://', '"', 'token']) {
      const long = word.repeat(100_000);
      expect(redact(long).length).toBeGreaterThan(0);
    }
  }, 10_000);

  it('never lets a value through, and changes nothing the second time', () => {
    const values = fc.array(
      fc
        .string({ minLength: 4, maxLength: 12 })
        .filter((value) => value.trim().length >= 4 && !'[redacted]'.includes(value)),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(values, fc.string(), fc.string(), (secrets, before, after) => {
        const redact = redactor(secrets);
        const clean = redact(before + secrets.join(after) + after);
        expect(redact(clean)).toBe(clean);
        // The mark itself may hold what a value begins or ends with, so only what is between marks is looked at.
        for (const part of clean.split('[redacted]')) for (const secret of secrets) expect(part).not.toContain(secret);
      }),
    );
  });
});

describe('secretValuesOf', () => {
  const secrets = (pairs: Record<string, string>): string[] => secretValuesOf(Object.entries(pairs));

  it('counts what a secret-like name holds, even a plain word', () => {
    expect(secrets({ DB_PASSWORD: 'postgres', API_KEY: '123456', AUTH_TOKEN: 'word' })).toEqual([
      'postgres',
      '123456',
      'word',
    ]);
  });

  it('does not count what is too short, a boolean, or the name of a file that holds the secret', () => {
    expect(secrets({ DB_PASSWORD: 'abc', AUTH_ENABLED: 'true', DB_PASSWORD_FILE: '/run/secrets/db' })).toEqual([]);
  });

  it('counts what is not plain under any name', () => {
    const values = [
      's3cr3t!value',
      'correct horse',
      '0123456789abcdef',
      '9f86d081-884c-4d65-9a2f-eaa0c55ad015',
      'aGVsbG8gd29ybGQK',
      'https://hooks.example.org/services/T00000000/B00000000/abc',
    ];
    expect(secrets(Object.fromEntries(values.map((value, index) => [`X${index}`, value])))).toEqual(values);
  });

  it('does not count what gives nothing away', () => {
    const plain = [
      'production',
      'info',
      '8000',
      '0.66',
      '80%',
      '512m',
      '1m30s',
      '/var/lib/app',
      './config',
      'config/app.yaml',
      'db',
      'db:5432',
      'db.internal.example.org',
      '127.0.0.1:8080',
      'en_US.UTF-8',
      'C.UTF-8',
      'Europe/Berlin',
      'one,two, three',
      'postgres:16-alpine',
      'ghcr.io/acme/api:1.2.3',
      `nginx@sha256:${'0a'.repeat(32)}`,
      'http://api:8000/health',
      'unix:///var/run/docker.sock',
      'true',
      'read_committed',
      '0.0.0.0',
      'kafka:9092,kafka:9093',
      '1.2.3',
      'us-east-1',
    ];
    expect(secrets(Object.fromEntries(plain.map((value, index) => [`X${index}`, value])))).toEqual([]);
  });

  it('counts the password of a URL alone too, encoded and decoded', () => {
    const url = 'postgresql+asyncpg://shop:p%40ssword@db:5432/shop';
    expect(secrets({ DATABASE: url }).sort()).toEqual([url, 'p%40ssword', 'p@ssword'].sort());
    expect(secrets({ BROKERS: 'redis://:abcdef@one,redis://:ghijkl@two' })).toEqual(
      expect.arrayContaining(['abcdef', 'ghijkl']),
    );
    expect(secrets({ X: 'postgres://u:a@b/cdef@host' })).toEqual(expect.arrayContaining(['a@b/cdef']));
    expect(secrets({ X: 'host=db password=hunter' })).toContain('hunter');
  });
});
