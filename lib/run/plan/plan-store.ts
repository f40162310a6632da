import type { Readable } from 'node:stream';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { NightporterError } from '../../errors.ts';
import { readAll } from '../../http/send.ts';
import type { PageAssets } from '../../sink/page/assets.ts';
import { hashOf, type Plan, readPlan, writePlan } from './plan-file.ts';
import { planPage } from './plan-page.ts';

/** Which plan: its place, the version that S3 gave it, and what its bytes hash to. Small and without names, so a step may return it. */
export interface PlanReference {
  readonly key: string;
  readonly versionId: string;
  /** S3's version of the page beside it. */
  readonly pageVersionId: string;
  readonly sha256: string;
  readonly actions: number;
  readonly considered: number;
  /** How many sentences it has about what it could not see. */
  readonly incomplete: number;
}

export interface PlanStoreOptions {
  readonly client: S3Client;
  readonly bucket: string;
  readonly now?: () => number;
}

const fileName = 'plan.ndjson';

/** `plans/<job>/<due time>/<run id>/`; a manual run's id is its caller's, and must not lead into another folder. */
export function planFolder({ job, run, dueTime }: Pick<Plan, 'job' | 'run' | 'dueTime'>): string {
  const time = dueTime.replace(/(\.\d+)?Z$/, 'Z').replaceAll(':', '');
  return ['plans', job, time, encodeURIComponent(run), ''].join('/');
}

/**
 * Writes the plan and then its page. A step that is repeated writes both again: S3 keeps every version, and only the one that the step
 * returns in the end is ever looked at.
 * @throws NightporterError `PLAN_NOT_WRITTEN`, `PLAN_TOO_LARGE`
 */
export async function putPlan(
  { client, bucket, now = Date.now }: PlanStoreOptions,
  plan: Plan,
  assets: PageAssets,
): Promise<PlanReference> {
  const folder = planFolder(plan);
  const { bytes, sha256 } = writePlan(plan);
  const put = async (name: string, contentType: string, body: Uint8Array): Promise<string> => {
    const command = new PutObjectCommand({ Bucket: bucket, Key: folder + name, ContentType: contentType, Body: body });
    const { VersionId } = await client.send(command).catch(notWritten);
    if (VersionId === undefined) throw notWritten(new Error('The bucket keeps no versions.'));
    return VersionId;
  };
  const versionId = await put(fileName, 'application/x-ndjson', bytes);
  const page = planPage({ plan, sha256, versionId, file: fileName, generatedAt: new Date(now()) }, assets);
  const pageVersionId = await put('plan.html', 'text/html; charset=utf-8', Buffer.from(page));
  const { actions, considered, incomplete } = plan;
  return { key: folder + fileName, versionId, pageVersionId, sha256, actions: actions.length, considered, incomplete: incomplete.length };
}

/**
 * Reads that very version, and believes none of it before its bytes hash to what they did when the plan was made.
 * @throws NightporterError `PLAN_INVALID` for one that is gone or another, `AWS_REFUSED`, `AWS_UNREACHABLE` for what may pass
 */
export async function getPlan(
  { client, bucket }: PlanStoreOptions,
  { key, versionId, sha256 }: Pick<PlanReference, 'key' | 'versionId' | 'sha256'>,
): Promise<Plan> {
  const command = new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId });
  const bytes = await client
    .send(command)
    .then(({ Body }) => readAll(Body as Readable))
    .catch(notRead);
  if (hashOf(bytes) !== sha256) {
    throw new NightporterError('PLAN_INVALID', 'Run the job again: its plan is not the one that was made, it has another hash.');
  }
  return readPlan(bytes);
}

function notRead(error: unknown): never {
  const name = error instanceof Error ? error.name : 'unknown error';
  if (name === 'NoSuchKey' || name === 'NoSuchVersion')
    throw new NightporterError('PLAN_INVALID', `Run the job again: its plan is gone (${name}).`);
  if (name === 'AccessDenied')
    throw new NightporterError('AWS_REFUSED', 'Get the right to read what is below plans/: AWS refused it (AccessDenied).');
  throw new NightporterError('AWS_UNREACHABLE', `Try again: the plan could not be read (${name}).`);
}

/** The SDK's errors hold the request; the cause keeps their name alone. */
function notWritten(error: unknown): never {
  const name = error instanceof Error ? error.name : 'unknown error';
  const sentence = `Check the report bucket and the function's right to write below plans/: S3 refused the plan (${name}).`;
  throw new NightporterError('PLAN_NOT_WRITTEN', sentence, { cause: new Error(name) });
}
