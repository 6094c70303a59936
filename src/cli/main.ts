import { argv } from 'node:process';
import { execute } from './command-line';
import { nodeIo } from './node-io';

// A reader that closes early, as `head` does, is not an error.
process.stdout.on('error', () => process.exit(0));

process.exitCode = await execute(argv.slice(2), nodeIo);
