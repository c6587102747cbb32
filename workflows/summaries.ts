import type { ActivityInterfaceFor, ActivityOptions, UntypedActivities } from '@temporalio/workflow';

/** What the Temporal UI calls a step of which its caller says nothing more particular, such as which service it is about. */
const SUMMARIES: Record<string, string> = {
  locateStack: 'find the host of the stack',
  cancelOwnRun: 'close as canceled',
  examineLease: 'who has the stack',
  awaitLease: 'wait for the run that has the stack',
  isChainOpen: 'whether that run is still open',
  beginRun: 'take the turn on the host',
  freezeConfig: 'freeze the configuration',
  preflight: 'preflight: everything that could stop it',
  captureStack: 'capture and pin what serves now',
  planDeployment: 'plan',
  chooseRollback: 'choose the release to go back to',
  planRollback: 'plan the way back',
  noteLogBaseline: 'note what is logged already',
  clearUp: 'clear up what the run left',
  restoreTags: 'let every image name mean what it meant',
  recordRelease: 'record the release',
  collectReleases: 'let old releases go',
  selectStores: 'find the data that the change can reach',
  sealBackup: 'seal the backup',
  noteProof: 'note that the backup is proven',
  discardBackup: 'throw the unfinished backup away',
  checkImages: 'look at the images',
  deriveTwin: 'derive the twin',
  takeDownTwin: 'take the twin down',
  chooseRestore: 'choose what to restore',
  countWrites: 'count what was written since the backup',
  chooseDrill: 'choose what to drill',
  restService: 'stop a service on the way back',
  standAside: 'stand aside while people decide',
  takeUpImages: 'take the images up again',
  letImagesGo: 'let the images go',
  applySchedules: 'apply the schedules',
  holdStack: 'note whether anything may act by itself',
  seeWhatServes: 'see what serves now, and what is to be done',
  writeResult: 'write the result',
};

/** The same steps; each of them has a summary where it is called without one. */
export function summarised<A>(steps: ActivityInterfaceFor<A>): ActivityInterfaceFor<A> {
  const untyped = steps as unknown as ActivityInterfaceFor<UntypedActivities>;
  return new Proxy(untyped, {
    get(target, name) {
      const step = target[name as string]!;
      const summary = SUMMARIES[name as string];
      if (summary === undefined) return step;
      const call = (...args: unknown[]) => step.executeWithOptions({ summary }, args);
      return Object.assign(call, {
        executeWithOptions: (options: ActivityOptions, args: unknown[]) =>
          step.executeWithOptions({ summary, ...options }, args),
      });
    },
  }) as unknown as ActivityInterfaceFor<A>;
}
