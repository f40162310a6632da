import { LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type Attempt, type Aws, type AwsOptions, startAws } from './aws/index.ts';
import type { BoxOptions } from './box/options.ts';
import { type BoxSimulator, startBox } from './box/server.ts';
import { durableEnd } from './durable-run.ts';

export interface SandboxOptions {
  /** Folder of the synthesised stage. */
  readonly assembly: string;
  readonly box?: BoxOptions;
  readonly aws?: Pick<AwsOptions, 'now' | 'onLog' | 'onCall' | 'skipsWaits' | 'lambda'>;
  /** Gives up between two steps, with nothing left behind. */
  readonly signal?: AbortSignal;
}

/** A stage deployed to this machine, and the Box that it works on: the one place where the two meet. */
export interface Sandbox extends AsyncDisposable {
  readonly box: BoxSimulator;
  readonly aws: Aws;
  readonly resources: number;
  /** Of the operator. */
  readonly lambda: LambdaClient;
  /** As an operator would after the deploy: the app's credentials into the secret. */
  putSecret(value?: string): Promise<void>;
  /** As an operator would: Box's signing keys into the secret of the receivers. */
  putSigningKeys(value?: string): Promise<void>;
  /** Where Box is to send what a webhook of the stage answers. @throws Error when the stage has no such webhook */
  webhookAddress(name: string): string;
  /** Fires the job's schedule and waits for its end. @throws Error when the stage has no such job */
  run(job: string, scheduledTime?: Date): Promise<Attempt>;
  functionName(job: string): string;
  /** The function of a durable job's shards. */
  shardsOf(job: string): string;
  scheduleName(job: string): string;
  /** Names of the jobs that the stage has. */
  readonly jobs: readonly string[];
  readonly runsTable: string;
  /** Keys in the report bucket. */
  reportKeys(prefix?: string): Promise<readonly string[]>;
  readReport(key: string): Promise<Uint8Array>;
}

/** @throws Error with one sentence when the assembly can't be deployed here, or the signal's reason; nothing is left running then */
export async function openSandbox({ assembly, box: boxOptions = {}, aws: awsOptions = {}, signal }: SandboxOptions): Promise<Sandbox> {
  let now = boxOptions.now ?? awsOptions.now ?? Date.now;
  signal?.throwIfAborted();
  await using opening = new AsyncDisposableStack();
  const box = opening.use(await startBox({ ...boxOptions, now: () => now() }));
  const aws = await startAws({ ...awsOptions, assembly, environment: { BOX_ENDPOINT_URL: box.url } });
  opening.defer(() => aws.stop());
  // Where time is made, it passes for both.
  if (awsOptions.now && !boxOptions.now) now = aws.now;
  signal?.throwIfAborted();
  const { resources } = await aws.deploy();
  signal?.throwIfAborted();
  const { region, ...credentials } = aws.operator;
  const client = { region, credentials, endpoint: aws.endpoint };
  const lambda = new LambdaClient(client);
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  const bucket = outputsOf(aws, 'Foundation').ReportBucketName;
  const opened = opening.move();
  return {
    box,
    aws,
    resources,
    putSecret: (value = secretOf(box)) =>
      putSecret(new SecretsManagerClient(client), outputsOf(aws, 'Foundation').BoxSecretArnDefault, value),
    putSigningKeys: (value = keysOf(box)) =>
      putSecret(new SecretsManagerClient(client), outputsOf(aws, 'Foundation').WebhookKeysArnDefault, value),
    webhookAddress: (name) => webhookAddress(aws, name),
    lambda,
    run: (job, scheduledTime) => run(aws, lambda, job, scheduledTime),
    functionName: (job) => outputOf(aws, job, 'Function'),
    shardsOf: (job) => outputOf(aws, job, 'Shards'),
    scheduleName: (job) => outputOf(aws, job, 'Schedule'),
    jobs: jobNames(aws, 'Schedule'),
    runsTable: outputsOf(aws, 'Foundation').RunsTableName ?? '',
    async reportKeys(prefix = '') {
      const keys: string[] = [];
      for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix }))
        keys.push(...Contents.map(({ Key = '' }) => Key));
      return keys;
    },
    async readReport(key) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return (await Body?.transformToByteArray()) ?? new Uint8Array();
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** The shape that Box's developer console gives. */
function secretOf({ app }: BoxSimulator): string {
  return JSON.stringify({ boxAppSettings: { clientID: app.clientId, clientSecret: app.clientSecret }, enterpriseID: app.enterpriseId });
}

/** The shape that the receivers read. */
function keysOf({ webhooks }: BoxSimulator): string {
  const { primary, secondary } = webhooks.queue.keys;
  return JSON.stringify({ primaryKey: primary, secondaryKey: secondary });
}

function webhookAddress(aws: Aws, name: string): string {
  const address = outputsOf(aws, 'Webhooks')[`${pascalCase(name)}Address`];
  if (address) return address;
  throw new Error(`The stage has no webhook "${name}".`);
}

async function putSecret(client: SecretsManagerClient, arn: string | undefined, value: string): Promise<void> {
  await client.send(new PutSecretValueCommand({ SecretId: arn, SecretString: value }));
}

async function run(aws: Aws, lambda: LambdaClient, job: string, scheduledTime: Date | undefined): Promise<Attempt> {
  const schedule = outputOf(aws, job, 'Schedule');
  const { attempts, delivery } = await aws.fire(schedule, scheduledTime ? { scheduledTime } : {});
  const last = attempts.at(-1);
  if (!last && delivery === 'delivered') return durableEnd(lambda, aws, outputOf(aws, job, 'Function'));
  if (!last) throw new Error(`Scheduler could not deliver the event of ${job}: it was ${delivery}.`);
  return last;
}

function outputOf(aws: Aws, job: string, what: 'Function' | 'Schedule' | 'Shards'): string {
  const name = jobOutputs(aws)[`${pascalCase(job)}${what}`];
  if (name) return name;
  throw new Error(`The stage has no job "${job}"; it has ${jobNames(aws, what).join(', ')}.`);
}

function pascalCase(name: string): string {
  return name.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase());
}

function jobNames(aws: Aws, what: 'Function' | 'Schedule' | 'Shards'): readonly string[] {
  const names = Object.keys(jobOutputs(aws)).filter((output) => output.endsWith(what));
  return names.map((output) =>
    output
      .slice(0, -what.length)
      .replace(/\B[A-Z]/g, (letter) => `-${letter}`)
      .toLowerCase(),
  );
}

/** Who sees to webhooks stands with them. */
function jobOutputs(aws: Aws): Readonly<Record<string, string>> {
  return { ...outputsOf(aws, 'Jobs'), ...outputsOf(aws, 'Webhooks') };
}

/** None where the stage has no such stack. */
function outputsOf(aws: Aws, part: 'Foundation' | 'Jobs' | 'Webhooks'): Readonly<Record<string, string>> {
  const name = aws.stacks().find((stack) => stack.endsWith(`-${part}`));
  return name === undefined ? {} : aws.outputs(name);
}
