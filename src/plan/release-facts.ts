/** What the plan asks of the release that was deployed last: how it made each service's containers. */
export interface ReleaseFacts {
  /** Its name, for people. */
  release: string;
  services: Record<string, ServiceFacts>;
}

export interface ServiceFacts {
  /** The containers it left running. */
  containerIds: string[];
  imageId: string;
  configHash: string;
  /** As in `ServiceSpec.contentHashes`, at the moment of the release; absent keys are unknown, not unchanged. */
  contentHashes: Record<string, string>;
  /** How many containers its file asked for; absent where the file is not known. */
  scale?: number;
}
