/** What a command may touch, passed in so that tests run commands in process. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** The bytes of a file; of standard input for '-'. Rejects with a Node error, or with TooLong beyond the bound. */
  read(path: string, maxBytes: number): Promise<Uint8Array>;
}

export class TooLong extends Error {}

/** Exit codes: what was asked for was done; the program is at fault; what was asked for was not acceptable. */
export const EXIT = { ok: 0, broken: 1, unacceptable: 2 } as const;
