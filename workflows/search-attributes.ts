import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
import { upsertSearchAttributes } from '@temporalio/workflow';
import { SEARCH_ATTRIBUTES } from '../src/names.js';

/** What people find a run by. */
export type Attributes = Partial<Record<keyof typeof SEARCH_ATTRIBUTES, string>>;

/** Only after a worker has said that they are registered: an unregistered one would hang the run. */
export function writeAttributes(values: Attributes): void {
  upsertSearchAttributes(
    Object.entries(values).map(([name, value]): SearchAttributePair => ({
      key: attributeKey(name as keyof Attributes),
      value,
    })),
  );
}

export function attributeKey(name: keyof typeof SEARCH_ATTRIBUTES) {
  return defineSearchAttributeKey(SEARCH_ATTRIBUTES[name], 'KEYWORD');
}
