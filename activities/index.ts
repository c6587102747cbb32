import type { AnyWorkerActivities, HostActivities } from './activities.js';
import { applySchedules } from './apply-schedules.js';
import { archiveRun } from './archive-run.js';
import { awaitHealth } from './await-health.js';
import { beginRun } from './begin-run.js';
import { buildImages } from './build-images.js';
import { captureStack } from './capture-stack.js';
import { checkImages } from './check-images.js';
import { chooseDrill } from './choose-drill.js';
import { chooseRestore } from './choose-restore.js';
import { chooseRollback } from './choose-rollback.js';
import { clearUp } from './clear-up.js';
import { countWrites } from './count-writes.js';
import { collectReleases } from './collect-releases.js';
import { deriveTwin } from './derive-twin.js';
import { dumpStore } from './dump-store.js';
import { examineServices } from './examine-services.js';
import { forLooksOnly } from './for-looks-only.js';
import { freezeConfig } from './freeze-config.js';
import { holdStack } from './hold-stack.js';
import { judgeServices } from './judge-services.js';
import { awaitLease, cancelOwnRun, examineLease, isChainOpen } from './lease-holders.js';
import { locateStack } from './locate-stack.js';
import { checkStack, lookAtStack, lookIfHere } from './look-at-stack.js';
import { noteLogBaseline } from './note-log-baseline.js';
import { planDeployment } from './plan-deployment.js';
import { planRollback } from './plan-rollback.js';
import { preflight } from './preflight.js';
import { pullImage } from './pull-image.js';
import { raiseStore } from './raise-store.js';
import { recordRelease } from './record-release.js';
import { replaceService } from './replace-service.js';
import { restService } from './rest-service.js';
import { restoreService } from './restore-service.js';
import { restoreTags } from './restore-tags.js';
import { runOnTwin } from './run-on-twin.js';
import { discardBackup, noteProof, sealBackup } from './seal-backup.js';
import { seeWhatServes } from './see-what-serves.js';
import { selectStores } from './select-stores.js';
import { letImagesGo, standAside, takeUpImages } from './stand-aside.js';
import { startOnTwin } from './start-on-twin.js';
import { stopService } from './stop-service.js';
import { putDataBack, swapData } from './swap-data.js';
import { takeDownTwin } from './take-down-twin.js';
import { watchHost } from './watch-host.js';
import { watchRelease } from './watch-release.js';
import { watchStability } from './watch-stability.js';
import type { World } from './world.js';
import { writeResult } from './write-result.js';

/** The steps that any worker takes from the workflow queue. */
export function anyWorkerActivities(world: World & { indexed: boolean }): AnyWorkerActivities {
  return {
    locateStack: locateStack(world),
    examineLease: examineLease(world),
    awaitLease: awaitLease(world),
    isChainOpen: isChainOpen(world),
    cancelOwnRun: cancelOwnRun(world),
    lookIfHere: lookIfHere(world, lookAtStack(world)),
  };
}

/**
 * The steps that a scheduled look asks for, in the namespace of looks, by their queue. Any other run ends there with words for people:
 * leases and presences, by which runs know of each other, are in the namespace of runs.
 */
export function lookActivities(world: World & { indexed: boolean }): {
  anyWorker: Pick<AnyWorkerActivities, 'locateStack' | 'lookIfHere'>;
  host: Pick<HostActivities, 'lookAtStack'>;
} {
  const look = lookAtStack(world);
  return {
    anyWorker: { locateStack: forLooksOnly(world, locateStack(world)), lookIfHere: lookIfHere(world, look) },
    host: { lookAtStack: look },
  };
}

/** The steps that only this host's worker takes. */
export function hostActivities(world: World): HostActivities {
  return {
    watchHost: watchHost(world),
    beginRun: beginRun(world),
    freezeConfig: freezeConfig(world),
    preflight: preflight(world),
    captureStack: captureStack(world),
    buildImages: buildImages(world),
    pullImage: pullImage(world),
    planDeployment: planDeployment(world),
    chooseRollback: chooseRollback(world),
    planRollback: planRollback(world),
    selectStores: selectStores(world),
    dumpStore: dumpStore(world),
    sealBackup: sealBackup(world),
    noteProof: noteProof(world),
    discardBackup: discardBackup(world),
    replaceService: replaceService(world),
    awaitHealth: awaitHealth(world),
    watchStability: watchStability(world),
    judgeServices: judgeServices(world),
    noteLogBaseline: noteLogBaseline(world),
    examineServices: examineServices(world),
    stopService: stopService(world),
    restoreService: restoreService(world),
    clearUp: clearUp(world),
    restoreTags: restoreTags(world),
    recordRelease: recordRelease(world),
    collectReleases: collectReleases(world),
    watchRelease: watchRelease(world),
    checkImages: checkImages(world),
    deriveTwin: deriveTwin(world),
    raiseStore: raiseStore(world),
    startOnTwin: startOnTwin(world),
    runOnTwin: runOnTwin(world),
    takeDownTwin: takeDownTwin(world),
    chooseRestore: chooseRestore(world),
    countWrites: countWrites(world),
    chooseDrill: chooseDrill(world),
    restService: restService(world),
    swapData: swapData(world),
    putDataBack: putDataBack(world),
    checkStack: checkStack(world),
    lookAtStack: lookAtStack(world),
    standAside: standAside(world),
    takeUpImages: takeUpImages(world),
    letImagesGo: letImagesGo(world),
    applySchedules: applySchedules(world),
    archiveRun: archiveRun(world),
    holdStack: holdStack(world),
    seeWhatServes: seeWhatServes(world),
    writeResult: writeResult(world),
  };
}
