import { encodeLink, linkSize, type LinkSize } from '../format/share-link';
import { currentRecord } from './session';

export interface Link {
  readonly url: string;
  /** In characters. */
  readonly length: number;
  readonly size: LinkSize;
}

/** A link to this page that carries the document and what was done to its run. */
export function makeLink(): Link {
  const url = `${location.origin}${location.pathname}#${encodeLink(currentRecord())}`;
  return { url, length: url.length, size: linkSize(url.length) };
}
