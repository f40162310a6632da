import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { sources } from '../../bundle/sources.ts';
import { discover } from '../../discover.ts';

/** What is read of cdk.json; whether the rest of it is right is for synthesis to say. */
const stages = z.object({
  context: z.object({ stages: z.record(z.string(), z.object({ jobs: z.optional(z.record(z.string(), z.unknown())) })) }),
});

/** The stage's jobs that take longer than one invocation; undefined where no cdk.json tells. */
export async function durableJobs(folder: string, stage: string): Promise<readonly string[] | undefined> {
  const text = await readFile(join(folder, 'cdk.json'), 'utf8').catch(() => '');
  const parsed = stages.safeParse(fromJson(text));
  const on = parsed.data?.context.stages[stage]?.jobs;
  if (on === undefined) return undefined;
  const discovered = await discover(folder, sources);
  return discovered.filter(({ name, declaration }) => declaration.shape !== 'plain' && Object.hasOwn(on, name)).map(({ name }) => name);
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
