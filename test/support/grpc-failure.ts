/** A call that Temporal has answered with this code of gRPC's. */
export function grpcFailure(code: number, message: string, details = ''): Error {
  return Object.assign(new Error(message), { code, details, metadata: {} });
}
