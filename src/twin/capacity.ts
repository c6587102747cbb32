import { list, mapping } from '../spec/from-rendered.js';
import { sizeText } from '../preflight/sizes.js';
import type { StoreRef } from '../spec/backup.js';
import type { Finding } from '../spec/finding.js';
import type { RehearsalMode } from '../spec/rehearsal.js';

type Mapping = Record<string, unknown>;

const MEBIBYTE = 1024 ** 2;
const GIBIBYTE = 1024 ** 3;
/** What a service is reckoned with that says nothing. */
const USUAL_MEMORY = 128 * MEBIBYTE;
/** The most for one that only names a limit: few come near a large one while they are only started and probed. */
const MOST_OF_LIMIT = 512 * MEBIBYTE;
/** What the live stack is left to breathe with. */
const SPARE_MEMORY = 256 * MEBIBYTE;
const SPARE_DISK = GIBIBYTE;
/** A restore writes its rows, its log of them, and its indexes. */
const RESTORED_TIMES = 2;

/** What a twin takes, in bytes. */
export interface TwinNeeds {
  memory: number;
  disk: number;
}

/** Reckons what a twin takes: services of its document, stores filled on it. */
export function twinNeeds(document: Mapping, stores: StoreRef[]): TwinNeeds {
  const services = Object.values(mapping(document['services'])).map(mapping);
  const memory = services.map(memoryOf).reduce((sum, bytes) => sum + bytes, 0);
  const filled = stores
    .map(({ sizeBytes }) => (sizeBytes ?? 0) * RESTORED_TIMES)
    .reduce((sum, bytes) => sum + bytes, 0);
  return { memory, disk: filled };
}

function memoryOf(service: Mapping): number {
  const { limits, reservations } = mapping(mapping(service['deploy'])['resources']);
  const reserved = bytes(service['mem_reservation']) ?? bytes(mapping(reservations)['memory']);
  const limit = bytes(service['mem_limit']) ?? bytes(mapping(limits)['memory']);
  // Temporary file systems are memory too, but mostly empty.
  const reckoned = reserved ?? (limit === undefined ? USUAL_MEMORY : Math.min(limit, MOST_OF_LIMIT));
  return reckoned + (list(service['tmpfs']).length > 0 ? MEBIBYTE : 0);
}

function bytes(value: unknown): number | undefined {
  const number = Number(value);
  return value === undefined || value === null || !Number.isFinite(number) || number <= 0 ? undefined : number;
}

/**
 * Whether the host has room for the twin, beside the stack that goes on serving. An error where the operator requires the
 * rehearsal, else a warning: there is none then.
 */
export function checkTwinRoom(
  needs: TwinNeeds,
  room: { availableMemory: number; freeDisk: number },
  mode: RehearsalMode,
): Finding[] {
  const short = [
    { what: 'memory', needed: needs.memory + SPARE_MEMORY, free: room.availableMemory },
    { what: 'disk', needed: needs.disk + SPARE_DISK, free: room.freeDisk },
  ].filter(({ needed, free }) => free < needed);
  return short.map(({ what, needed, free }) => ({
    rule: 'twin-no-room',
    severity: mode === 'required' ? 'error' : 'warning',
    message: `the twin would take ${sizeText(needed)} of ${what}, and ${sizeText(free)} is free: the release is not rehearsed`,
    remedy: `free some, or deploy with rehearse.mode ${mode === 'required' ? 'auto' : 'off'}`,
  }));
}
