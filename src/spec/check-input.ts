import { z } from 'zod';
import { placeFields } from './deploy-input.js';
import { whenAsked } from './when-asked.js';

/** The input of the workflow `check`. Only `stack` is needed. */
export const checkInput = whenAsked(() =>
  z.strictObject({
    ...placeFields(),
    /** `database`, `redis`, `network`, a layer or group (`infrastructure`, `backend`, …), or a service: only what concerns it. */
    only: z.string().min(1).optional(),
    /** Only these services. */
    services: z.array(z.string().min(1)).default([]),
  }),
);

/** The input of the workflow `healthCheck`: one scheduled look at all of a stack. */
export const healthCheckInput = whenAsked(() => z.strictObject(placeFields()));

/** A check as somebody asks for it. */
export type CheckRequest = z.input<ReturnType<typeof checkInput>>;
/** A scheduled look as somebody asks for it. */
export type HealthCheckRequest = z.input<ReturnType<typeof healthCheckInput>>;
