// Prints public/scenario.schema.json: npm run -s schema > public/scenario.schema.json
import { stdout } from 'node:process';
import { scenarioSchema } from '../format/scenario-schema';

stdout.write(`${JSON.stringify(scenarioSchema(), null, 2)}\n`);
