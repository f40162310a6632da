import type { Readable } from 'node:stream';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Applied, Details } from '../../declare/changing-job.ts';
import { NightporterError } from '../../errors.ts';
import { readAll } from '../../http/send.ts';
import { canonical } from '../plan/canonical.ts';
import type { PlannedAction } from '../plan/plan-file.ts';

/** What came of an action; `failed` with the code of its error. */
export type Outcome = Applied['outcome'] | 'failed';

/** One line of the book: what was changed, from what to what, and on whose word. */
export interface Entry {
  /** Its place in the plan, from 1. */
  readonly number: number;
  readonly action: PlannedAction;
  readonly outcome: Outcome;
  readonly before?: Details | undefined;
  readonly after?: Details | undefined;
  /** What to set to undo it. */
  readonly undo?: Details | undefined;
  /** Error code of a failed one. */
  readonly code?: string | undefined;
  /** An earlier try of this run ended without an answer: what it did is counted as this run's. */
  readonly repeated: boolean;
  /** ISO 8601. */
  readonly at: string;
}

export interface LedgerOptions {
  readonly client: S3Client;
  readonly bucket: string;
  /** `ledger/<job>/<run id>/actions/` */
  readonly folder: string;
}

/** An object for each action, written twice: before it is tried, under "not tried yet", and after. */
export interface Ledger {
  /** @returns false when an earlier try has begun it */
  begin(number: number, action: PlannedAction): Promise<boolean>;
  end(entry: Entry): Promise<void>;
  /** Of an action that was brought to an end. */
  entry(number: number): Promise<Entry>;
  put(name: string, body: string): Promise<string>;
}

/** To write throws NightporterError `PLAN_NOT_WRITTEN` when S3 refuses, to read `AWS_UNREACHABLE`. */
export function ledgerIn({ client, bucket, folder }: LedgerOptions): Ledger {
  const put = async (name: string, body: string, condition?: '*'): Promise<string> => {
    const Key = folder + name;
    const type = { ContentType: 'application/x-ndjson', ...(condition && { IfNoneMatch: condition }) };
    await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Buffer.from(body), ...type })).catch(notWritten);
    return Key;
  };
  return {
    put,
    async begin(number, action) {
      try {
        await put(`${padded(number)}.begun.json`, `${canonical({ number, action })}\n`, '*');
        return true;
      } catch (error) {
        // Also when the SDK repeated its own write: to take a first try for a repeated one costs nothing.
        if (error instanceof NightporterError && (error.cause as { status?: number }).status === 412) return false;
        throw error;
      }
    },
    end: async (entry) => void (await put(`${padded(entry.number)}.json`, `${canonical(entry)}\n`)),
    async entry(number) {
      const command = new GetObjectCommand({ Bucket: bucket, Key: `${folder}${padded(number)}.json` });
      const read = client.send(command).then(({ Body }) => readAll(Body as Readable));
      return JSON.parse((await read.catch(notRead)).toString()) as Entry;
    },
  };
}

/** So that keys sort as the plan does. */
function padded(number: number): string {
  return String(number).padStart(6, '0');
}

function notRead(error: unknown): never {
  const name = error instanceof Error ? error.name : 'unknown error';
  throw new NightporterError('AWS_UNREACHABLE', `Look at the report bucket below ledger/: an action's entry could not be read (${name}).`);
}

function notWritten(error: unknown): never {
  const name = error instanceof Error ? error.name : 'unknown error';
  const status = (error as { readonly $metadata?: { readonly httpStatusCode?: number } } | null)?.$metadata?.httpStatusCode;
  const sentence = `Check the report bucket and the function's right to write below ledger/: S3 refused the ledger (${name}).`;
  throw new NightporterError('PLAN_NOT_WRITTEN', sentence, { cause: Object.assign(new Error(name), { status }) });
}
