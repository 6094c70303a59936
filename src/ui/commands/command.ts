/** One entry for each thing the user can do: keyboard, menus, command palette and shortcut sheet read the same table. */
export const COMMAND_GROUPS = ['Run', 'Break it', 'Edit', 'View', 'Document', 'Help'] as const;
export type CommandGroup = (typeof COMMAND_GROUPS)[number];

export interface Command {
  readonly id: string;
  /** Imperative, without a full stop: "Undo move". */
  readonly title: string | (() => string);
  readonly group: CommandGroup;
  /** Shortcuts, the first one is shown: see `keys.ts`. */
  readonly keys?: readonly string[];
  /** More words to find it by. */
  readonly words?: string;
  /** Absent: always possible. */
  when?(): boolean;
  run(): void | Promise<void>;
  /** The shortcut is shown but handled elsewhere, such as by the browser's own paste event. */
  readonly handledElsewhere?: boolean;
}

export function titleOf(command: Command): string {
  return typeof command.title === 'string' ? command.title : command.title();
}

export function isPossible(command: Command): boolean {
  return command.when?.() ?? true;
}
