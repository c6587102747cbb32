import { z } from 'zod';
import { duration } from './deploy-input.js';

/** A duration in `x-evenkeel`, in milliseconds. YAML reads `0` and `5` as numbers. */
export function durationValue(error = 'must be a duration, like 90s, 5m or 1h30m') {
  return z.union([z.string(), z.number()], { error }).transform(String).pipe(duration());
}
