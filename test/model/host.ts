import { HostLock } from './host-lock.js';

export interface Container {
  id: string;
  image: string;
  isRunning: boolean;
}

/** What a run has found, as it was before. */
export interface Found {
  release?: string | undefined;
  services: Record<string, Container[]>;
  tags: Record<string, string | undefined>;
}

/** Whatever has this in it has a secret in it. */
export const SECRET = 'sentinel-s3cr3t';

/** A host with one stack: what Docker and the state folder would tell. Each change looks first, and is safe to repeat. */
export class FakeHost {
  readonly lock = new HostLock();
  /** Containers by service. */
  readonly services: Record<string, Container[]> = {};
  /** Ids of images by reference. */
  readonly tags: Record<string, string | undefined> = {};
  readonly releases: { by: string; images: Record<string, string> }[] = [];
  readonly found = new Map<string, Found>();
  /** Networks, twins, unfinished backups and images kept aside, each with the run that has made it. */
  readonly traces = new Set<string>();
  /** What steps have written down before they act, for attempts that follow. */
  readonly notes = new Set<string>();
  /** Images that a run keeps while it waits for people. */
  readonly aside = new Map<string, { reference: string; imageId: string; pin: string }[]>();
  readonly environment = { DATABASE_URL: `postgres://shop:${SECRET}@db/shop` };
  epoch?: { epoch: number; run: string };
  private ids = 0;

  /** The release that serves, by what runs. */
  get serving(): string | undefined {
    const now = JSON.stringify(this.images);
    const index = this.releases.findLastIndex(({ images }) => JSON.stringify(images) === now);
    return index === -1 ? undefined : String(index + 1);
  }

  /** What runs of each service. */
  get images(): Record<string, string> {
    return mapOf(this.services, (containers) => containers.map((one) => (one.isRunning ? one.image : '')).join());
  }

  /** The run has its epoch, the same however often it asks. */
  takeEpoch(run: string): number {
    if (this.epoch?.run !== run) this.epoch = { epoch: (this.epoch?.epoch ?? 0) + 1, run };
    return this.epoch.epoch;
  }

  /** Notes what serves, once a run: as the last release, or as a new one. */
  capture(run: string): Found {
    const known = this.found.get(run);
    if (known) return known;
    const services = structuredClone(this.services);
    const isEmpty = Object.values(services).every((containers) => containers.length === 0);
    if (!isEmpty && this.serving === undefined) this.releases.push({ by: 'baseline', images: this.images });
    const found = { release: isEmpty ? undefined : this.serving, services, tags: { ...this.tags } };
    this.found.set(run, found);
    return found;
  }

  /** The first half of a replacement: what is not asked for is gone. */
  removeOthers(service: string, image: string): void {
    this.services[service] = this.services[service]!.filter((one) => one.image === image && one.isRunning);
  }

  /** The second half: what is asked for is there. It takes nothing away. */
  create(service: string, image: string, isRunning = true): void {
    if (this.services[service]!.some((one) => one.image === image)) return;
    this.services[service]!.push({ id: `container-${++this.ids}`, image, isRunning });
  }

  /** What runs of a service is of that image, and nothing else is there. */
  runs(service: string, image: string | undefined): boolean {
    const containers = this.services[service]!;
    return containers.length === 1 && containers[0]!.isRunning && containers[0]!.image === image;
  }

  /** Whether a service is as it was found: what runs is of the same image. An aim has no containers of its own. */
  isAs(service: string, found: Found): boolean {
    const facts = (containers: Container[]): string => containers.map((one) => `${one.image} ${one.isRunning}`).join();
    return facts(this.services[service]!) === facts(found.services[service]!);
  }
}

/** The same keys, with other values. */
export function mapOf<T, U>(record: Record<string, T>, value: (of: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, of]) => [key, value(of)]));
}
