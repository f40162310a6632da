import * as z from 'zod/mini';
import { NightporterError } from '../../../lib/errors.ts';
import type { Cli } from '../cli.ts';
import type { Deployment } from '../deployment.ts';
import { callEndpoint } from '../endpoint/call-endpoint.ts';
import type { RunRecord } from './run-record.ts';

const answerSchema = z.object({ state: z.string() });

/**
 * What a record says, but for a run that Lambda has ended without its knowing (stopped in the console, out of time, at a limit): its record
 * says `running`, and it has lapsed. Whoever may not ask sees the record as it stands.
 */
export async function asItIs<R extends RunRecord>(
  cli: Pick<Cli, 'aws'>,
  { operationsUrl }: Deployment,
  job: string,
  record: R,
): Promise<R> {
  if (record.state !== 'running' || record.execution === undefined) return record;
  const request = { operation: 'look', job, due: record.due };
  const answer = await callEndpoint(cli, 'operations', operationsUrl, request).catch((error: unknown) => {
    if (!(error instanceof NightporterError)) throw error;
  });
  const said = answerSchema.safeParse(answer);
  return said.success && said.data.state === 'lapsed' ? { ...record, state: 'lapsed' } : record;
}
