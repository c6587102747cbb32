import { z } from 'zod';
import { deployFields } from './deploy-input.js';

const { stack, host } = deployFields.shape;

/** The input of the workflow `check`. Only `stack` is needed. */
export const checkInput = z.strictObject({
  stack,
  host,
  /** `database`, `redis`, `network`, a layer or group (`infrastructure`, `backend`, …), or a service: only what concerns it. */
  only: z.string().min(1).optional(),
  /** Only these services. */
  services: z.array(z.string().min(1)).default([]),
});

/** The input of the workflow `healthCheck`: one scheduled look at all of a stack. */
export const healthCheckInput = z.strictObject({ stack, host });

/** A check as somebody asks for it. */
export type CheckRequest = z.input<typeof checkInput>;
/** A scheduled look as somebody asks for it. */
export type HealthCheckRequest = z.input<typeof healthCheckInput>;
