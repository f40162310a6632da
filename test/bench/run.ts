import { type BenchArguments, type BenchName, benchNames, parseArguments, usage } from './arguments.ts';
import { cold } from './cold/cold.ts';
import { fanout } from './fanout/fanout.ts';
import { json } from './json.ts';
import type { Result } from './result.ts';
import { sandbox } from './sandbox/sandbox.ts';
import { storage } from './storage/storage.ts';
import { table } from './table.ts';
import { tokens } from './tokens/tokens.ts';
import { webhooks } from './webhooks/webhooks.ts';

const benches: Readonly<Record<BenchName, (runs: number) => Promise<readonly Result[]>>> = {
  cold,
  storage,
  tokens,
  sandbox,
  fanout,
  webhooks,
};

function readArguments(): BenchArguments | undefined {
  try {
    return parseArguments(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    return undefined;
  }
}

/** @returns the exit code: a missed goal is a result, not a failure */
async function main(): Promise<number> {
  const options = readArguments();
  if (!options) return 2;
  const results: Result[] = [];
  for (const name of options.names) results.push(...(await benches[name](options.runs)));
  const bench = options.names.length === benchNames.length ? 'all' : options.names.join();
  console.log(options.json ? json(bench, results) : table(results));
  return 0;
}

process.exitCode = await main();
