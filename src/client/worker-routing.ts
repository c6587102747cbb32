import { type Client, isGrpcServiceError } from '@temporalio/client';
import { WORKER_DEPLOYMENT } from '../names.js';

/** What a worker is called by Temporal; undefined for all workers without one, which are one to it. */
export type BuildId = string | undefined;

/** Which workers of a namespace Temporal gives runs to. */
export interface Routing {
  /** One build; two while a person lets runs go over bit by bit. */
  takers: BuildId[];
  /** The builds that have ever asked for work. Only these can be made current. */
  known: string[];
}

/** Something that is wrong, and what mends it. */
export interface Untaken {
  found: string;
  remedy: string;
}

/** gRPC's NOT_FOUND, PERMISSION_DENIED and UNIMPLEMENTED: no worker has ever had a build id, or Temporal knows of none. */
const NO_DEPLOYMENT = [5, 7, 12];

/** Asks Temporal which workers it gives runs to. */
export async function readRouting(client: Client): Promise<Routing> {
  const { namespace } = client.options;
  const deploymentName = WORKER_DEPLOYMENT;
  try {
    // Temporal writes an error into its log for each question about one that is not there.
    const { workerDeployments } = await client.workflowService.listWorkerDeployments({ namespace });
    if (!workerDeployments?.some(({ name }) => name === deploymentName)) return routingOf({});
    const { workerDeploymentInfo } = await client.workflowService.describeWorkerDeployment({
      namespace,
      deploymentName,
    });
    return routingOf(workerDeploymentInfo ?? {});
  } catch (error) {
    if (isGrpcServiceError(error) && NO_DEPLOYMENT.includes(Number(error.code))) return routingOf({});
    throw error;
  }
}

/** What is read of Temporal's description of a deployment. */
interface DeploymentInfo {
  routingConfig?: {
    currentDeploymentVersion?: Version | null;
    rampingDeploymentVersion?: Version | null;
    rampingVersionPercentage?: number | null;
  } | null;
  versionSummaries?: { deploymentVersion?: Version | null }[] | null;
}
type Version = { buildId?: string | null };

/** What such a description comes to. No version means workers without a build id, for the current and the ramping one alike. */
export function routingOf({ routingConfig, versionSummaries }: DeploymentInfo): Routing {
  const ramped = routingConfig?.rampingVersionPercentage ?? 0;
  return {
    takers: [
      ...(ramped < 100 ? [buildOf(routingConfig?.currentDeploymentVersion)] : []),
      ...(ramped > 0 ? [buildOf(routingConfig?.rampingDeploymentVersion)] : []),
    ],
    known: (versionSummaries ?? []).flatMap(({ deploymentVersion }) => buildOf(deploymentVersion) ?? []),
  };
}

function buildOf(version: Version | null | undefined): BuildId {
  return version?.buildId || undefined;
}

/**
 * Why runs wait although workers of these builds are there; undefined where one of them takes runs. The remedy has the first of them
 * take runs.
 */
export function untaken(
  { takers }: Pick<Routing, 'takers'>,
  builds: readonly [BuildId, ...BuildId[]],
  { address, namespace }: { address: string; namespace: string },
): Untaken | undefined {
  if (builds.some((build) => takers.includes(build))) return undefined;
  const [first] = builds;
  const whose = takers.every((taker) => taker === undefined) ? 'has no current version' : 'has another current version';
  return {
    found:
      `the worker deployment ${WORKER_DEPLOYMENT} ${whose}: runs go to ${namesOf(takers)}, and wait where there is none; ` +
      `${namesOf(builds)} get none`,
    remedy: `to have them go to ${nameOf(first)}: ${makeCurrent(first, address, namespace)}`,
  };
}

function makeCurrent(build: BuildId, address: string, namespace: string): string {
  const version = build === undefined ? '--unversioned' : `--build-id ${build}`;
  return (
    `temporal worker deployment set-current-version --deployment-name ${WORKER_DEPLOYMENT} ${version} ` +
    `--namespace ${namespace} --address ${address} --yes`
  );
}

function nameOf(build: BuildId): string {
  return build === undefined ? 'workers without a build id' : `workers of build ${build}`;
}

function namesOf(builds: readonly BuildId[]): string {
  return [...new Set(builds)].map(nameOf).join(' and ');
}
