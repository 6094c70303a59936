/**
 * The kinds and faults with every word about them: help, real defaults, metrics, reference pages. For parts that are loaded on demand; in the
 * built page this file alone gets them whole, all others without words (scripts/shapes-of-kinds.mjs).
 */
export { findKind, kindOf, KINDS } from '../../kinds/registry';
export { CONNECTION_FAULTS, PLACE_FAULTS } from '../../model/faults';
