/**
 * The kinds with every word about them: help, real defaults, reference pages. For parts that are loaded on demand; in the
 * built page this file alone gets them whole, all others without words (scripts/kinds-without-words.mjs).
 */
export { findKind, kindOf, KINDS } from '../../kinds/registry';
