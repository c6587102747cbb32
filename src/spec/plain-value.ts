import { durationMs } from './deploy-input.js';

/**
 * Whether a value is of a kind that gives nothing away: a word, a number, a boolean, a duration, a path, a host with or
 * without a port, a version, a locale, an image reference, an address without credentials, or a comma list of these.
 * What looks random is not plain, whatever its shape.
 */
export function isPlain(value: string): boolean {
  return value.split(',').every((part) => {
    const item = part.trim();
    return (
      item === '' || durationMs(item) !== undefined || (SHAPES.some((shape) => shape.test(item)) && !looksRandom(item))
    );
  });
}

const SHAPES = [
  // A word, or some: `production`, `us-east`, `read_committed`, `utf8`.
  /^[A-Za-z]{1,20}(?:[-_.:][A-Za-z]{1,20}){0,4}\d{0,3}$/,
  // A number, a size, a percentage, a version.
  /^[+-]?\d{1,10}(?:\.\d{1,10})?(?:%|[kmgt]i?b?|b)?$/i,
  /^v?\d{1,4}(?:\.\d{1,4}){1,3}(?:-[a-z]+\d{0,2})?$/,
  // A path from a root, or a file by its extension.
  /^(?:~|\.{1,2})?(?:\/[\w.@+-]{1,64})+\/?$|^\/$/,
  /^[\w-]{1,64}(?:\/[\w-]{1,64})*\.[a-z]{1,5}$/,
  // A host, or an image reference.
  /^[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?::\d{1,5})?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*(?::[\w.-]{1,40})?(?:@sha256:[0-9a-f]{64})?$/,
  /^\[?[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}\]?$/i,
  // A locale, a time zone.
  /^(?:C|[a-z]{2}_[A-Z]{2})(?:\.[\w-]{1,12})?$/,
  /^[A-Z][A-Za-z]+(?:\/[A-Z][A-Za-z_]+)+$/,
  // An address without credentials or a query.
  /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9.-]*(?::\d{1,5})?(?:\/[\w.-]{0,40})*$/,
];

/** A long run of letters and digits mixed, or many digits among letters: what keys are made of. */
function looksRandom(item: string): boolean {
  const text = item.replace(/@sha256:[0-9a-f]{64}$/, '').replace(/:\d{1,5}(?=$|\/)/, '');
  if (!/[a-z]/i.test(text)) return false;
  const runs = text.match(/[A-Za-z0-9]{12,}/g) ?? [];
  const isMixed = (run: string): boolean => /\d/.test(run) && /[A-Za-z]/.test(run);
  return runs.some((run) => isMixed(run) || run.length > 32) || (text.match(/\d/g)?.length ?? 0) >= 8;
}
