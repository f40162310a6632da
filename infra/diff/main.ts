import { parseArgs } from 'node:util';
import { NightporterError } from '../../lib/errors.ts';
import { compare } from './compare.ts';
import { deployedTemplates, placesIn, templatesIn } from './read-templates.ts';
import { render } from './render.ts';

const usage = `npm run diff                    what is deployed, and cdk.out
npm run diff -- BEFORE AFTER    two folders that were synthesised`;

/** Prints what a deployment would change of who may do what, what can be reached, what starts by itself and how far it goes. */
async function main(args: readonly string[]): Promise<void> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
  if (positionals.length === 1 || positionals.length > 2) throw new NightporterError('COMMAND_INVALID', 'Name two folders, or none.');
  const [beforeFolder, afterFolder = 'cdk.out'] = positionals;
  const after = templatesIn(afterFolder);
  const before = beforeFolder === undefined ? await deployedTemplates(placesIn(afterFolder)) : templatesIn(beforeFolder);
  const stacks = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  console.log(render(stacks.map((stack) => compare(stack, before.get(stack), after.get(stack)))));
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const isUsage =
    error instanceof NightporterError || (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
  if (!isUsage) throw error;
  console.error(`${error.message}\n\n${usage}`);
  process.exitCode = 2;
}
