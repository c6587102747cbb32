import type { StepAccount } from '../run-account.js';

/** What steps are coloured by. */
export type StepKind = 'prepare' | 'make' | 'data' | 'twin' | 'change' | 'judge' | 'back' | 'failed';

/** In plain words, in the order of a legend. */
export const KIND_WORDS: Record<StepKind, string> = {
  prepare: 'look and note',
  make: 'build or pull',
  data: 'back up',
  twin: 'rehearse',
  change: 'replace',
  judge: 'gate',
  back: 'bring back',
  failed: 'failed',
};

const KINDS: Record<string, StepKind> = {
  ...{ buildImages: 'make', pullImage: 'make' },
  ...{ selectStores: 'data', dumpStore: 'data', sealBackup: 'data', noteProof: 'data' },
  ...{ checkImages: 'twin', deriveTwin: 'twin', raiseStore: 'twin', startOnTwin: 'twin', runOnTwin: 'twin' },
  takeDownTwin: 'twin',
  ...{ replaceService: 'change', restService: 'change', swapData: 'change' },
  ...{ awaitHealth: 'judge', watchStability: 'judge', judgeServices: 'judge', examineServices: 'judge' },
  ...{ stopService: 'back', restoreService: 'back', putDataBack: 'back', restoreTags: 'back', clearUp: 'back' },
  ...{ discardBackup: 'back', letImagesGo: 'back' },
};

export function kindOfStep({ activity, state, verdict }: StepAccount): StepKind {
  if (state === 'failed' || verdict === 'fail') return 'failed';
  return KINDS[activity] ?? 'prepare';
}
