import type { ScanVerdict } from '../gates/scan-verdict.js';
import type { Sample, Verdict } from '../gates/verdict.js';
import type { Plan } from '../plan/plan.js';
import type { ReleaseMetrics } from '../spec/service-metrics.js';
import type { Seal } from './audit-lines.js';

/** What a run's folder has of it for people, besides its account. Whatever the run did not come to is absent or empty. */
export interface RunEvidence {
  /** The run's folder on its host, absolute. */
  folder: string;
  plan?: Plan;
  /** Services that ran before anything was changed. */
  runningBefore?: string[];
  health: HealthEvidence[];
  /** What the stack's containers used, in the order of time. */
  resources: ResourceSample[];
  scans: ScanEvidence[];
  endpoints: EndpointEvidence[];
  /** How services were before the release that the run has recorded, and afterwards: its record has it. */
  metrics?: ReleaseMetrics;
  /** Once it is sealed. */
  seal?: Seal;
}

/** What is said of a service in the stack, or of one on the twin. */
interface OfService {
  service: string;
  onTwin?: true;
}

/** What the gates of a service saw, wherever it differed from the look before, in the order of time. */
export interface HealthEvidence extends OfService {
  samples: Sample[];
}

export interface ResourceSample {
  atMs: number;
  /** `cpuMs`: processor time since the container's start. */
  containers: { container: string; service: string; cpuMs: number; memoryBytes: number }[];
}

/** All that the log scan found, where history has the first of it. */
export interface ScanEvidence extends OfService, Pick<ScanVerdict, 'findings' | 'lines'> {}

export interface EndpointEvidence extends OfService, Pick<Verdict, 'verdict' | 'reason'> {
  endpoints: { container: string; verdict: string; reason: string }[];
}
