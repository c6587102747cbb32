/** Temporal's interface, for a client that is told of no namespace: there is none of looks then. */
export const noNamespaceOfLooks = {
  describeNamespace: async (): Promise<never> => {
    throw Object.assign(new Error('not found'), { code: 5, details: '', metadata: {} });
  },
};
