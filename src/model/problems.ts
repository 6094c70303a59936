/**
 * Problems people can meet, numbered so that they can be looked up and quoted. Numbers are permanent; text may improve.
 * 1xx reading a document · 2xx its meaning · 3xx links · 4xx a run · 5xx the command line · 6xx this browser.
 */
export const PROBLEMS = {
  101: 'The text is empty.',
  102: 'This is not JSON: the text stops or breaks in the middle.',
  103: 'This is not a Backpressure scenario.',
  104: 'The scenario was written by a newer version of Backpressure.',
  105: 'A part of the scenario has the wrong form.',
  106: 'The text is too long.',
  107: 'The text is nested too deeply.',
  108: 'The text is not valid UTF-8.',
  109: 'The version of the scenario is not known.',
  201: 'Two parts have the same id.',
  202: 'A connection leads to a component that does not exist.',
  203: 'The kind of a component is not known.',
  204: 'A field is not known.',
  205: 'The value of a field is not acceptable.',
  206: 'These two components cannot be connected.',
  207: 'The connection exists already.',
  208: 'A fault or an edit aims at something that does not exist.',
  209: 'The fault does not fit its target.',
  210: 'A component cannot be connected to itself.',
  211: 'The scenario asks for more work than can be simulated.',
  212: 'The system is too large.',
  213: 'A zone or region is named that does not exist.',
  214: 'A zone or region does not fit where it is.',
  301: 'The link is not a Backpressure link.',
  302: 'The link is damaged: its checksum does not fit.',
  303: 'The link is cut off: a part of it is missing.',
  304: 'The link is too long.',
  305: 'The link was made by a newer version of Backpressure.',
  306: 'The link unpacks to more than a scenario can be.',
  401: 'The simulation stopped because of an error in it.',
  402: 'Too many requests are in flight at once.',
  403: 'The simulation did not answer and was restarted.',
  404: 'There is no run.',
  501: 'The file cannot be read.',
  502: 'The option is not known.',
  503: 'The value of an option is not acceptable.',
  504: 'The command is not known.',
  601: 'The browser refused to save.',
  602: 'The browser cannot run the simulation.',
} as const;

export type ProblemNumber = keyof typeof PROBLEMS;

/** One problem with what it was about. `detail` is our own sentence, never text of the input. */
export interface Problem {
  readonly number: ProblemNumber;
  readonly message: string;
  readonly detail: string;
  /** Where: "components[3].config.workers". Made of our own names and of indexes. */
  readonly where: string;
}

export function problem(number: ProblemNumber, detail = '', where = ''): Problem {
  return { number, message: PROBLEMS[number], detail, where };
}

/** As shown to people: "BP205 The value of a field is not acceptable. Workers must be at least 1. (components[3])". */
export function problemText({ number, message, detail, where }: Problem): string {
  return `BP${number} ${message}${detail === '' ? '' : ` ${detail}`}${where === '' ? '' : ` (${where})`}`;
}

/** Thrown where a problem ends what was asked for. */
export class ProblemError extends Error {
  readonly problems: readonly Problem[];

  constructor(...problems: Problem[]) {
    super(problems.map(problemText).join('\n'));
    this.name = 'ProblemError';
    this.problems = problems;
  }
}

/** Success or numbered problems: what everything that reads untrusted input returns. */
export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly Problem[] };

export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function failed<T>(...problems: Problem[]): Result<T> {
  return { ok: false, problems };
}
