/** All commands. Adding one here puts it on the keyboard, into the command palette and on the shortcut sheet. */
import { BREAK_COMMANDS } from './break-commands';
import { CANVAS_COMMANDS } from './canvas-commands';
import type { Command } from './command';
import { DOCUMENT_COMMANDS, HELP_COMMANDS } from './document-commands';
import { EDIT_COMMANDS } from './edit-commands';
import { RUN_COMMANDS } from './run-commands';
import { VIEW_COMMANDS } from './view-table';

export const COMMANDS: readonly Command[] = [
  ...RUN_COMMANDS,
  ...BREAK_COMMANDS,
  ...EDIT_COMMANDS,
  ...CANVAS_COMMANDS,
  ...VIEW_COMMANDS,
  ...DOCUMENT_COMMANDS,
  ...HELP_COMMANDS,
];

const byId = new Map(COMMANDS.map((command) => [command.id, command]));

/** Throws when there is none: a programming error. */
export function commandOf(id: string): Command {
  const command = byId.get(id);
  if (!command) throw new Error(`no command ${id}`);
  return command;
}
