import { NightporterError } from './errors.ts';

/**
 * Every environment variable that a function reads, named once: the stacks set them by these names, the layer reads them by these names.
 * None of them holds a secret; `boxSecretArn` only says where one is.
 */
export const environment = {
  /** Stage name, such as `production`. */
  stage: 'NIGHTPORTER_STAGE',
  /** Job name: the file name without its ending, and the Box app's name behind it where every app has a function of its own. */
  job: 'NIGHTPORTER_JOB',
  /** Name of the job's Box app; absent for a job that never calls Box. */
  app: 'NIGHTPORTER_APP',
  /** JSON object: the params that the stage sets for this job; parsed by the job's own schema. */
  params: 'NIGHTPORTER_PARAMS',
  /** JSON object of strings: those of the stage's settings that this job's declaration names. */
  settings: 'NIGHTPORTER_SETTINGS',
  /** ARN of the Secrets Manager secret of the job's Box app. */
  boxSecretArn: 'BOX_SECRET_ARN',
  /** DynamoDB table of shared tokens and ARN of their KMS key; absent means that every container mints for itself. */
  tokensTable: 'TOKENS_TABLE',
  tokensKeyArn: 'TOKENS_KEY_ARN',
  /** Minutes that a run waits for a new version of a secret that was reset; 12 when absent, 0 for not at all. */
  rotationGraceMinutes: 'ROTATION_GRACE_MINUTES',
  /** Only ever set on loopback, by the sandbox and the tests. */
  boxEndpointUrl: 'BOX_ENDPOINT_URL',
  /** DynamoDB table of run claims and run records; absent means that runs are not claimed. */
  runsTable: 'RUNS_TABLE',
  /** DynamoDB table of decisions on plans. */
  decisionsTable: 'DECISIONS_TABLE',
  /** JSON object: the function's name of each job of the stage (operations). */
  jobFunctions: 'JOB_FUNCTIONS',
  /** JSON array: the jobs that run in steps, and so can be stopped between two of them (operations). */
  durableJobs: 'DURABLE_JOBS',
  /** S3 bucket for reports (`reports:write`). */
  reportsBucket: 'REPORTS_BUCKET',
  /** ARN of the topic that alarms go to (`notify:send`). */
  notifyTopicArn: 'NOTIFY_TOPIC_ARN',
  /** ARN of the version of a durable job's shard function that was deployed with it. */
  shardFunction: 'SHARD_FUNCTION',
  /** How many shards of a durable job run at once, where the stage says it. */
  shards: 'SHARDS_AT_ONCE',
  /** How far a job that changes things may go: `report`, `approve` or `enforce`; `report` when absent. */
  mode: 'PLAN_MODE',
  /** JSON object {actions?, share?}: the stage's own limits of a plan. */
  limits: 'PLAN_LIMITS',
  /** JSON array: the subject types (`enterprise`, `user`) that the jobs of this app run as (`grant:fresh`). */
  subjectTypesInUse: 'SUBJECT_TYPES_IN_USE',
  /** JSON array of {job, expression, timeZone, windowMinutes}: every enabled schedule of the stage (`runs:watch`). */
  schedules: 'SCHEDULES',
  /** ARN of the secret of the app's signing keys, and URL of the queue that the receiver fills. */
  signingKeysArn: 'SIGNING_KEYS_ARN',
  webhookQueueUrl: 'WEBHOOK_QUEUE_URL',
  /** URL of the queue for events that a webhook's handler gave up, and DynamoDB table of which events were handled. */
  webhookDeadLettersUrl: 'WEBHOOK_DEAD_LETTERS_URL',
  eventsTable: 'EVENTS_TABLE',
  /** `report` or `enforce`; absent for a webhook that has no modes. */
  webhookMode: 'WEBHOOK_MODE',
} as const;

export type EnvironmentName = (typeof environment)[keyof typeof environment];

/** @throws NightporterError `ENVIRONMENT_INVALID` when the variable is missing or empty. */
export function required(name: EnvironmentName): string {
  const value = optional(name);
  if (value === undefined) {
    throw new NightporterError('ENVIRONMENT_INVALID', `Deploy again: the environment variable ${name} is not set.`);
  }
  return value;
}

/** An empty variable counts as missing, as in the AWS SDK. */
export function optional(name: EnvironmentName): string | undefined {
  return process.env[name] || undefined;
}

/** @throws NightporterError `ENVIRONMENT_INVALID` when the variable is set and not JSON. */
export function json(name: EnvironmentName): unknown {
  const text = optional(name);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new NightporterError('ENVIRONMENT_INVALID', `Deploy again: the environment variable ${name} is not JSON.`);
  }
}
