import type { Finding } from './finding.js';
import { mapping } from './from-rendered.js';
import { nearestPlace, type SourceFile } from './places.js';
import { isSecretKey } from './redact.js';
import { urlPasswords } from './url-passwords.js';

const PLACEHOLDER =
  /change[_-]?(?:me|it|this|in[_-]production)|^(?:my|your|some|the|a)[_-]|^(?:super[_-]?)?(?:secret|password|passwd|passw0rd)\d{0,4}$|^x{3,}$|^\*{3,}$|^\.{3,}$|^<.*>$|^(?:example|todo|tbd|fixme|placeholder|dummy|replace|insert)/i;

/** Names that speak of a secret, but hold how one is used. */
const ABOUT_SECRETS = /(?:method|type|mode|name|user|username|header|scheme|enabled|algorithm)$/i;

/**
 * Warnings for secrets that were never given a value of their own, by service and name; never the value. `rendered` is
 * the parsed file as Compose renders it.
 */
export function placeholderSecrets(rendered: unknown, files: readonly SourceFile[] = []): Finding[] {
  return Object.entries(mapping(mapping(rendered)['services'])).flatMap(([service, written]) =>
    Object.entries(mapping(mapping(written)['environment']))
      .filter(([key, value]) => typeof value === 'string' && holdsPlaceholder(key, value))
      .map(([key]): Finding => {
        const place = nearestPlace(files, ['services', service, 'environment', key]);
        return {
          rule: 'placeholder-secret',
          severity: 'warning',
          message: `${key} of ${service} still holds a placeholder, which anybody can guess`,
          remedy: `give ${key} a value of its own`,
          service,
          ...(place && { place }),
        };
      }),
  );
}

function holdsPlaceholder(key: string, value: string): boolean {
  const isSecret = isSecretKey(key) && !ABOUT_SECRETS.test(key);
  return (
    (isSecret && PLACEHOLDER.test(value.trim())) || urlPasswords(value).some((password) => PLACEHOLDER.test(password))
  );
}
