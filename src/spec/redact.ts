import { isPlain } from './plain-value.js';
import { urlPasswords } from './url-passwords.js';

const REDACTED = '[redacted]';
/** Shorter values would take ordinary words apart, and are no secret to speak of. */
const SHORTEST = 4;

/**
 * A function that takes secrets out of a text: every occurrence of the values (as they are, a line at a time,
 * URL-encoded, escaped as in JSON or as in a Compose file), and whatever looks like a credential by its form:
 * passwords in URLs, `password=…`, `token=…`. Redacting twice changes nothing more.
 */
export function redactor(secretValues: Iterable<string>): (text: string) => string {
  const forms = [...new Set([...secretValues].flatMap(formsOf))];
  return (text) => withoutCredentials(withoutValues(text, forms));
}

/**
 * Which of these named values have to be kept out of every text, and the passwords inside of them. A value counts unless
 * it is plain (a word, a number, a path, a host …) under a name that does not speak of a secret; better one too many.
 */
export function secretValuesOf(pairs: Iterable<readonly [key: string, value: string]>): string[] {
  const secrets = new Set<string>();
  for (const [key, value] of pairs) {
    if (isSecret(key, value)) secrets.add(value);
    for (const inner of [...urlPasswords(value), ...assignedSecrets(value)]) {
      if (inner.length >= SHORTEST) secrets.add(inner);
    }
  }
  return [...secrets];
}

/** Whether a name speaks of a secret. One of a file that holds it (`…_FILE`, `…_PATH`) does not. */
export function isSecretKey(key: string): boolean {
  if (/[_-](?:file|path|dir)$/i.test(key)) return false;
  return /pass|pwd|secret|token|key|auth|credential|private|dsn|salt|cookie|signature|webhook|jwt|cert/i.test(key);
}

function isSecret(key: string, value: string): boolean {
  if (value.trim().length < SHORTEST || /^(?:true|false|none|null)$/i.test(value)) return false;
  return isSecretKey(key) || !isPlain(value);
}

/** How a value may be written in a text. */
function formsOf(value: string): string[] {
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  return [value, value.trim(), ...lines]
    .flatMap((form) => [form, urlEncoded(form), JSON.stringify(form).slice(1, -1), form.replaceAll('$', '$$$$')])
    .filter((form) => form.length >= SHORTEST);
}

function urlEncoded(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    // Half a character has no encoding.
    return text;
  }
}

/** Values may overlap in the text, so their places are gathered first: none leaves a rest of another behind. */
function withoutValues(text: string, forms: string[]): string {
  const covered: [from: number, to: number][] = [];
  for (const form of forms) {
    for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + 1)) covered.push([at, at + form.length]);
  }
  covered.sort(([a], [b]) => a - b);
  let clean = '';
  let end = 0;
  for (const [from, to] of covered) {
    if (from > end || clean === '') clean += text.slice(end, from) + REDACTED;
    end = Math.max(end, to);
  }
  return clean + text.slice(end);
}

/** Looks ahead from the beginning of a word, so that no part of a long one is read again and again. */
const SECRET_NAME = String.raw`(?<![\w.-])(?=[\w.-]*(?:pass|pwd|secret|token|credential|(?:api|access|private)[_-]?key))[\w.-]+`;
/** `db_password=…`, `--token=…`, `?api_key=…`: up to the next blank, `&` or `;`, or all that is quoted. */
const ASSIGNED = new RegExp(String.raw`(${SECRET_NAME}=)("[^"]*"|'[^']*'|[^\s&;"']+)`, 'gi');
/** `"password": "…"`, and `password: …` where nothing follows: a sentence goes on after its colon. */
const WRITTEN = new RegExp(String.raw`(${SECRET_NAME}["']?:[ \t]*)("[^"]*"|'[^']*'|[^\s"',{}[\]]+(?=[ \t]*$))`, 'gim');
/** The password of a URL, up to the last `@`: one that is not encoded may hold any character. */
const URL_PASSWORD = /(:\/\/[^\s/:@"'<>]*:)(?:(?!:\/\/)[^\s"'<>])+@/g;
/** A web address with nothing but a token before its `@`. */
const URL_TOKEN = /(https?:\/\/)[^\s/:@"'<>]+@/gi;
const AUTHORIZATION = /\b(authorization["']?\s*[:=]\s*["']?\w+\s+)[^\s"']+/gi;

function withoutCredentials(text: string): string {
  return text
    .replace(URL_PASSWORD, `$1${REDACTED}@`)
    .replace(URL_TOKEN, `$1${REDACTED}@`)
    .replace(AUTHORIZATION, `$1${REDACTED}`)
    .replace(ASSIGNED, `$1${REDACTED}`)
    .replace(WRITTEN, `$1${REDACTED}`);
}

/** The values of what is assigned to a secret's name in a text: `host=db password=…`. */
export function assignedSecrets(value: string): string[] {
  return [...value.matchAll(ASSIGNED)].map(([, , assigned]) => assigned!.replace(/^(["'])(.*)\1$/s, '$2'));
}
