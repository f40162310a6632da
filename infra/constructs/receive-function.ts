import { Duration, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Function as LambdaFunction, SystemLogLevel } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { environment } from '../../lib/env.ts';
import type { EnabledWebhook } from '../enabled-webhooks.ts';
import type { Stage } from '../settings.ts';
import { useKey } from './capability-grant.ts';
import { functionProps, logGroupProps } from './function-props.ts';
import { readCurrentSecret } from './read-current-secret.ts';
import { receiverPath, type SigningKeys } from './signing-keys.ts';

export interface ReceiveFunctionProps {
  readonly stage: Stage;
  readonly webhook: EnabledWebhook;
  readonly signingKeys: SigningKeys;
  readonly queue: IQueue;
  /** Folder that holds `index.mjs`. */
  readonly code: string;
}

/** What strangers can reach: it reads the signing keys, sends to one queue, and can do nothing else. */
export class ReceiveFunction extends Construct {
  readonly function: LambdaFunction;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, { stage, webhook, signingKeys, queue, code }: ReceiveFunctionProps) {
    super(scope, id);
    this.logGroup = new LogGroup(this, 'Logs', logGroupProps(stage));
    const { secret, key } = signingKeys;
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      path: receiverPath(stage.name, webhook.app),
    });
    for (const statement of [
      new PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [this.logGroup.logGroupArn] }),
      readCurrentSecret(secret),
      useKey(this, key, 'secretsmanager', ['kms:Decrypt']),
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] }),
    ]) {
      role.addToPolicy(statement);
    }
    this.function = new LambdaFunction(this, 'Function', {
      ...functionProps(code),
      description: `Verifies and queues what Box sends for ${webhook.id}`,
      handler: 'index.handler',
      memorySize: 256,
      // Box waits for 30 seconds.
      timeout: Duration.seconds(15),
      environment: {
        [environment.stage]: stage.name,
        [environment.job]: webhook.id,
        [environment.signingKeysArn]: secret.secretArn,
        [environment.webhookQueueUrl]: queue.queueUrl,
      },
      role,
      logGroup: this.logGroup,
      // Lambda's own three lines for each request would cost more than the request.
      systemLogLevelV2: SystemLogLevel.WARN,
    });
    Validations.of(this.function).acknowledge(
      { id: 'Serverless-LambdaDLQ', reason: 'It is invoked synchronously: what it does not take, Box sends again.' },
      {
        id: 'Serverless-LambdaTracing',
        reason: 'It does one thing; tracing needs a grant on every resource and is paid for by each stranger.',
      },
    );
  }
}
