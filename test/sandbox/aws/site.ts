import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SandboxClock } from './clock.ts';
import { cloudFormation } from './cloudformation/cloudformation.ts';
import { deleteStack } from './cloudformation/deploy-stack.ts';
import { ResponseDesk } from './cloudformation/response-desk.ts';
import type { StackBook } from './cloudformation/stack-record.ts';
import { DynamoDb } from './dynamodb/dynamodb.ts';
import { Faults } from './faults/faults.ts';
import { Authorizer } from './iam/authorize.ts';
import { Gatekeeper } from './iam/gatekeeper.ts';
import { identityService } from './iam/iam-service.ts';
import { Identities } from './iam/identities.ts';
import { type Call, Journal } from './journal.ts';
import { Keys } from './kms/keys.ts';
import { keyManagementService } from './kms/kms.ts';
import { lambdaService } from './lambda/api/lambda-service.ts';
import { EventSources } from './lambda/event-sources/event-sources.ts';
import { Lambda } from './lambda/lambda.ts';
import type { LambdaHost, LambdaOptions } from './lambda/lambda-host.ts';
import { FunctionUrls } from './lambda/urls/function-urls.ts';
import { UrlDoor } from './lambda/urls/url-door.ts';
import { LogGroups } from './logs/log-events.ts';
import { LogWriter } from './logs/log-writer.ts';
import { cloudWatchLogs } from './logs/logs.ts';
import { Messages } from './messages/messages.ts';
import { IamProxy } from './proxy.ts';
import type { Site } from './resources/resource-type.ts';
import { S3 } from './s3/s3.ts';
import { Scheduler } from './scheduler/scheduler.ts';
import { schedulerService } from './scheduler/scheduler-service.ts';
import { Timetable } from './scheduler/timetable.ts';
import { SecretBook } from './secrets-manager/secret-book.ts';
import { secretsManager } from './secrets-manager/secrets-manager.ts';
import { systemsManager } from './ssm.ts';
import { securityTokenService } from './sts.ts';
import { Workshop } from './workshop.ts';

/** fauxqs knows no other account. */
const accountId = '000000000000';

export interface SiteOptions extends Pick<LambdaHost, 'region' | 'environment' | 'onLog' | 'onAttempt' | 'onThrottled' | 'onUndelivered'> {
  readonly clock: SandboxClock;
  /** Of the proxy; any free one if left out. */
  readonly port: number | undefined;
  readonly lambda: LambdaOptions;
  readonly onCall: (call: Call) => void;
}

/** A site with its services running, its one address and its journal. */
export interface OpenSite extends Site {
  readonly proxy: IamProxy;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly book: StackBook;
  readonly logWriter: LogWriter;
  readonly timetable: Timetable;
  /** Ends every process, closes every port, removes every file. */
  close(): Promise<void>;
}

export async function openSite(options: SiteOptions): Promise<OpenSite> {
  const { region, clock } = options;
  const { now } = clock;
  const journal = new Journal(options.onCall);
  const identities = new Identities(region);
  const authorizer = new Authorizer(accountId, region, now);
  const keys = new Keys(region, accountId, now);
  const gatekeeper = new Gatekeeper(identities, authorizer, keys, journal, now);
  const faults = new Faults();
  // What has started ends again when something after it cannot.
  await using opening = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'nightporter-aws-'));
  opening.defer(() => rm(folder, { recursive: true, force: true }));
  await Promise.all(['s3', 'tmp'].map((name) => mkdir(join(folder, name))));
  const proxy = opening.adopt(await IamProxy.listen(gatekeeper, faults, region, options.port), (each) => each.close());
  const dynamodb = opening.adopt(await DynamoDb.start(keys, region, accountId), (each) => each.close());
  const messages = opening.adopt(await Messages.start({ keys, gatekeeper, endpoint: proxy.endpoint, region, accountId, now }), (each) =>
    each.close(),
  );
  const s3 = new S3(keys, join(folder, 's3'), now, region);
  const secrets = new SecretBook(now, region, accountId);
  const logGroups = new LogGroups(now);
  const book: StackBook = { stacks: new Map(), generations: new Map(), remains: [] };
  const responses = new ResponseDesk();
  const parameters = new Map([['/cdk-bootstrap/hnb659fds/version', '30']]);
  proxy.add(
    ...[s3, secretsManager(secrets, keys), dynamodb, messages.sqs, messages.sns],
    systemsManager(parameters, region, accountId),
    keyManagementService(keys, accountId),
    cloudWatchLogs(logGroups, region, accountId),
    securityTokenService({ accountId, identities, authorizer, now }),
    identityService({ accountId, identities }),
  );
  const lambda = new Lambda(
    {
      region,
      accountId,
      clock,
      endpoint: proxy.endpoint,
      environment: options.environment,
      folder: join(folder, 'tmp'),
      queueUrl: (name) => messages.queueUrl(name),
      ask: (role, needs) => gatekeeper.askForService(role, needs),
      onLog: (line) => {
        if (logWriter.write(line)) options.onLog(line);
      },
      onAttempt: options.onAttempt,
      onThrottled: options.onThrottled,
      onUndelivered: options.onUndelivered,
    },
    options.lambda,
  );
  const logWriter = new LogWriter({
    groups: logGroups,
    arnPrefix: `arn:aws:logs:${region}:${accountId}:log-group:`,
    roleOf: (functionName) => lambda.find(functionName).configuration.role,
    ask: (role, needs) => gatekeeper.askForService(role, needs),
  });
  proxy.add(lambdaService(lambda));
  const urls = new FunctionUrls(lambda, new UrlDoor(gatekeeper, accountId, region), now);
  const eventSources = new EventSources(lambda, region);
  const scheduler = new Scheduler({
    now,
    mayAssume: (role, service, sourceArn) => authorizer.mayAssume(role, service, sourceArn),
    ask: (role, needs) => gatekeeper.askForService(role, needs),
    sendNeeds: (queueArn) => messages.sendNeeds(queueArn),
    send: (queueArn, body, attributes) => messages.send(queueArn, body, attributes),
    invokeAsynchronously: (functionArn, text) => lambda.invokeAsynchronously(functionArn, text),
  });
  proxy.add(schedulerService(scheduler, region, accountId));
  const timetable = new Timetable(scheduler, clock, faults);
  opening.defer(async () => {
    const polling = eventSources.stop();
    await Promise.all([lambda.stop(), urls.close()]);
    await polling;
    await Promise.all([proxy.close(), responses.close()]);
  });
  const opened = opening.move();
  const site: OpenSite = {
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
    urls,
    eventSources,
    scheduler,
    timetable,
    clock,
    logGroups,
    responses,
    logWriter,
    book,
    parameters,
    proxy,
    journal,
    faults,
    managedPolicies: new Map(),
    layers: new Map(),
    workshop: new Workshop(folder),
    close: () => opened.disposeAsync(),
  };
  proxy.add(cloudFormation({ region, accountId, book, remove: (stack) => deleteStack(stack, site, book) }));
  return site;
}
