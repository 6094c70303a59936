import { outboxSituations } from '../outbox-situations';

/** For the contract test: what a short run by chance hardly ever comes to. */
export const rareSituations = outboxSituations('service', null);
