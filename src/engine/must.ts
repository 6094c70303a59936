/** Says what does not hold. Used by audits, which run in the gates and never while somebody plays. */
export function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`it does not hold that ${what}`);
}
