/** Types of events. Those below FIRST_TIMER are the engine's; a component's own timer type is added to it. */
export const DELIVER = 0;
export const ANSWER = 1;
export const DEADLINE = 2;
/** 3 is the script's, 4 to 7 are a policy's: see POLICY_EVENT. */
export const CANCEL = 8;
export const DIE = 9;
export const REVIVE = 10;
export const FIRST_TIMER = 16;
