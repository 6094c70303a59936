/**
 * The kinds and faults whole: their words, metrics, and what their fields may be. For parts that are loaded on demand; the
 * first load of the built page has their shapes only (scripts/shapes-of-kinds.mjs).
 */
export { findKind, kindOf, KINDS } from '../../kinds/registry';
export { CONNECTION_FAULTS, PLACE_FAULTS } from '../../model/faults';
