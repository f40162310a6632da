import { parseArgs } from 'node:util';

export const benchNames = ['cold', 'storage', 'tokens', 'sandbox', 'fanout', 'webhooks'] as const;

export type BenchName = (typeof benchNames)[number];

export interface BenchArguments {
  readonly names: readonly BenchName[];
  /** One JSON object on standard output instead of a table. */
  readonly json: boolean;
  /** Interleaved rounds of whatever is repeated. */
  readonly runs: number;
}

export const usage = `npm run bench -- [names] [options]

  cold         cold starts (cold.*) and the warm path (warm.*)
  storage      memory of storage-report (storage.*), the sandbox (start.*) and what is installed (install.*)
  tokens       cold fleets (fleet.*), hits, revoked tokens, rotation, a store that is down
  sandbox      the simulated AWS and Box (sandbox.*)
  fanout       jobs as each of 100,000 users (coordinator.*, run.*, shard.*, calls.*, time.*), USERS_MANY=1000 for fewer; and runs
               that are killed (crash.*) by 1,000 schedules over 200 users and 3 over 100,000, CRASHES=10,1 USERS=60,1000 for fewer
  webhooks     strangers, verification, a storm, the way to the handler (hostile.*, receive.*, storm.*, ring.*)
               all of them if no name is given

  --json       print one JSON object
  --runs N     interleaved rounds, 15 if left out`;

/** @throws TypeError for what is not in the usage. */
export function parseArguments(words: readonly string[]): BenchArguments {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, runs: { type: 'string', default: '15' } },
  });
  const unknown = positionals.find((name) => !benchNames.some((known) => known === name));
  if (unknown !== undefined) throw new TypeError(`There is no bench "${unknown}".`);
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new TypeError('--runs takes a whole number from 1.');
  const names = benchNames.filter((name) => positionals.length === 0 || positionals.includes(name));
  return { names, json: values.json, runs };
}
