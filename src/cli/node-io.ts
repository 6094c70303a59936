import { createReadStream } from 'node:fs';
import { stderr, stdin, stdout } from 'node:process';
import { type Io, TooLong } from './io';

/** The real terminal and files. */
export const nodeIo: Io = {
  out: (text) => void stdout.write(text),
  err: (text) => void stderr.write(text),
  async read(path, maxBytes) {
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of path === '-' ? stdin : createReadStream(path)) {
      const bytes = chunk as Uint8Array;
      length += bytes.length;
      if (length > maxBytes) throw new TooLong();
      chunks.push(bytes);
    }
    const all = new Uint8Array(length);
    let at = 0;
    for (const chunk of chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  },
};
