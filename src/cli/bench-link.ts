/** Prints the link of the system that `npm run bench:ui` plays: 100 components, 5 000 requests a second. */
import { stdout } from 'node:process';
import { encodeLink } from '../format/share-link';
import { hundredComponents } from './bench-cases';

stdout.write(encodeLink({ scenario: hundredComponents(), interventions: [] }));
