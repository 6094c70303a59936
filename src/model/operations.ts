/**
 * What requests do, beyond reading or writing: names that a client can give its requests, so that connections, gateways
 * and plans can treat them differently. The index travels in the call, so the order is append-only.
 */
export const OPERATIONS = [
  { id: 'any', label: 'request', help: 'A request that says nothing more about itself.' },
  { id: 'browse', label: 'browse', help: 'Looking around: frequent, small, only reads.' },
  { id: 'search', label: 'search', help: 'Searching: only reads, larger answers.' },
  { id: 'checkout', label: 'checkout', help: 'Buying: writes, and matters most.' },
  { id: 'report', label: 'report', help: 'A long report: rare, large, and can wait.' },
] as const;

export type OperationId = (typeof OPERATIONS)[number]['id'];

/** Index of an operation, as calls carry it. Throws on an unknown id: a programming error. */
export function operationCode(id: OperationId): number {
  const code = OPERATIONS.findIndex((operation) => operation.id === id);
  if (code < 0) throw new Error(`unknown operation ${id}`);
  return code;
}
