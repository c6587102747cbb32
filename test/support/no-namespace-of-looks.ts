import { grpcFailure } from './grpc-failure.js';

/** Temporal's interface, for a client that is told of no namespace: there is none of looks then. */
export const noNamespaceOfLooks = {
  describeNamespace: async (): Promise<never> => {
    throw grpcFailure(5, 'not found');
  },
};
