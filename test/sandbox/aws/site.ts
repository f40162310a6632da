import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDb } from './dynamodb.ts';
import { Authorizer } from './iam/authorize.ts';
import { Gatekeeper } from './iam/gatekeeper.ts';
import { Identities } from './iam/identities.ts';
import { Journal } from './journal.ts';
import { Keys } from './kms.ts';
import { Lambda, type LambdaHost } from './lambda/lambda.ts';
import { Messages } from './messages.ts';
import { IamProxy } from './proxy.ts';
import type { Site } from './resources/resource-type.ts';
import { S3 } from './s3/s3.ts';
import { Scheduler } from './scheduler/scheduler.ts';
import { SecretsManager } from './secrets-manager.ts';
import { Workshop } from './workshop.ts';

/** fauxqs knows no other account. */
const accountId = '000000000000';

export interface SiteOptions extends Pick<LambdaHost, 'region' | 'environment' | 'onLog' | 'onAttempt' | 'onUndelivered'> {
  /** Absent: the machine's clock. */
  readonly now: (() => number) | undefined;
}

/** A site with its services running, its one address and its journal. */
export interface OpenSite extends Site {
  readonly proxy: IamProxy;
  readonly journal: Journal;
  /** Ends every process, closes every port, removes every file. */
  close(): Promise<void>;
}

export async function openSite(options: SiteOptions): Promise<OpenSite> {
  const { region, now = Date.now } = options;
  const folder = await mkdtemp(join(tmpdir(), 'nightporter-aws-'));
  await mkdir(join(folder, 's3'));
  const journal = new Journal();
  const identities = new Identities(region);
  const authorizer = new Authorizer(accountId, region);
  const gatekeeper = new Gatekeeper(identities, authorizer, journal, now);
  const keys = new Keys(region, accountId);
  const proxy = await IamProxy.listen(gatekeeper);
  const [dynamodb, messages] = await Promise.all([
    DynamoDb.start(keys, region, accountId),
    Messages.start(keys, proxy.endpoint, region, accountId),
  ]);
  const s3 = new S3(keys, join(folder, 's3'), now);
  const secrets = new SecretsManager(keys, now);
  proxy.add(s3, secrets, dynamodb, messages.sqs, messages.sns);
  const lambda = new Lambda({
    region,
    environment: { AWS_ENDPOINT_URL: proxy.endpoint, ...options.environment },
    now,
    ownsClock: options.now !== undefined,
    onLog: options.onLog,
    onAttempt: options.onAttempt,
    onUndelivered: options.onUndelivered,
    deliver: async ({ configuration }, queueArn, body) => {
      if (!gatekeeper.askForService(configuration.role, messages.sendNeeds(queueArn)).allowed) return false;
      await messages.send(queueArn, body);
      return true;
    },
  });
  const scheduler = new Scheduler({
    now,
    mayAssume: (role, service, sourceArn) => authorizer.mayAssume(role, service, sourceArn),
    ask: (role, needs) => gatekeeper.askForService(role, needs),
    sendNeeds: (queueArn) => messages.sendNeeds(queueArn),
    send: (queueArn, body, attributes) => messages.send(queueArn, body, attributes),
    invokeAsynchronously: (functionArn, text) => lambda.invokeAsynchronously(functionArn, text),
  });
  return {
    region,
    accountId,
    identities,
    authorizer,
    keys,
    s3,
    dynamodb,
    messages,
    secrets,
    lambda,
    scheduler,
    proxy,
    journal,
    managedPolicies: new Map(),
    layers: new Map(),
    workshop: new Workshop(folder),
    close: async () => {
      await lambda.stop();
      await proxy.close();
      await Promise.all([dynamodb.close(), messages.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
