import { Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Endpoint } from '../bundle/endpoints.ts';
import { acknowledgeWildcards } from './acknowledge-wildcards.ts';
import { listBelow, useKey } from './capability-grant.ts';
import { endpointTag } from './endpoint-function.ts';
import type { Foundation } from './foundation.ts';
import { stackArns } from './stack-arns.ts';

export interface StagePoliciesProps {
  readonly stageName: string;
  readonly foundation: Foundation;
}

/** What people may do, for a company to attach to its own roles; here nobody has any of them. */
export class StagePolicies extends Construct {
  readonly reader: ManagedPolicy;
  readonly operator: ManagedPolicy;
  readonly approver: ManagedPolicy;
  private readonly props: StagePoliciesProps;

  constructor(scope: Construct, id: string, props: StagePoliciesProps) {
    super(scope, id);
    this.props = props;
    const { runs, reports, dataKey, tokens } = props.foundation;
    this.reader = this.policy('Reader', 'reads reports', [
      this.findStage(),
      listBelow(reports, 'reports'),
      ...this.readBelow('reports', ['s3:GetObject']),
    ]);
    this.operator = this.policy('Operator', 'runs, stops and redrives jobs, looks at runs', [
      this.findStage(),
      // Not to invoke a job: what starts one says who started it, and that must not be a word of their own.
      this.onTagged('lambda', 'function:*', ['lambda:GetFunctionConfiguration']),
      ...this.call('operations'),
      // To send again what was given up, AWS asks for what it does on the way.
      this.onTagged('sqs', '*', [
        ...['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
        ...['sqs:SendMessage', 'sqs:StartMessageMoveTask'],
      ]),
      // Which events of webhooks were handled.
      this.onTagged('dynamodb', 'table/*', ['dynamodb:GetItem']),
      this.onTagged('logs', 'log-group:*', ['logs:FilterLogEvents']),
      new PolicyStatement({ actions: ['dynamodb:GetItem', 'dynamodb:Query'], resources: [runs.tableArn] }),
      ...(tokens ? [tokens.peek()] : []),
      useKey(this, dataKey, 'dynamodb', ['kms:Decrypt']),
    ]);
    // Who approves a plan must be able to find it, and to read that very version of it.
    this.approver = this.policy('Approver', 'approves and rejects plans', [
      this.findStage(),
      ...this.readBelow('plans', ['s3:GetObject', 's3:GetObjectVersion']),
      new PolicyStatement({
        actions: ['dynamodb:Query'],
        resources: [runs.tableArn],
        conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['waiting#*'] } },
      }),
      useKey(this, dataKey, 'dynamodb', ['kms:Decrypt']),
      ...this.call('approvals'),
    ]);
  }

  private policy(id: string, does: string, statements: readonly PolicyStatement[]): ManagedPolicy {
    const { stageName } = this.props;
    const policy = new ManagedPolicy(this, id, {
      description: `Nightporter ${stageName}: ${does}`,
      path: `/nightporter/${stageName}/`,
      statements: [...statements],
    });
    acknowledgeWildcards(
      policy,
      () => policy.document,
      'Names are generated: the wildcards stand for one prefix, this stage’s stacks, or what has its tag.',
    );
    return policy;
  }

  /** The command line finds everything by the outputs of the stage's stacks, or of the one that holds it where an app names that. */
  private findStage(): PolicyStatement {
    const resources = stackArns(this, this.props.stageName, ['Foundation', 'Jobs', 'Webhooks'], [Stack.of(this).stackName]);
    return new PolicyStatement({ actions: ['cloudformation:DescribeStacks'], resources });
  }

  private readBelow(prefix: string, actions: readonly string[]): readonly PolicyStatement[] {
    const { reports, dataKey } = this.props.foundation;
    return [
      new PolicyStatement({ actions: [...actions], resources: [reports.arnForObjects(`${prefix}/*`)] }),
      useKey(this, dataKey, 's3', ['kms:Decrypt']),
    ];
  }

  /** A Function URL asks for both since October 2025: docs.aws.amazon.com/lambda/latest/dg/urls-auth.html */
  private call(endpoint: Endpoint): readonly PolicyStatement[] {
    const tags = { [`aws:ResourceTag/${endpointTag}`]: endpoint };
    return [
      this.onTagged('lambda', 'function:*', ['lambda:InvokeFunctionUrl'], {
        StringEquals: { ...tags, 'lambda:FunctionUrlAuthType': 'AWS_IAM' },
      }),
      this.onTagged('lambda', 'function:*', ['lambda:InvokeFunction'], {
        StringEquals: tags,
        Bool: { 'lambda:InvokedViaFunctionUrl': 'true' },
      }),
    ];
  }

  /** By tag: generated names have no common beginning once they are cut to length, and a list of all would outgrow a policy's 6,144 characters. */
  private onTagged(
    service: string,
    resource: string,
    actions: readonly string[],
    { StringEquals, ...conditions }: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
  ): PolicyStatement {
    const { partition, region, account } = Stack.of(this);
    return new PolicyStatement({
      actions: [...actions],
      resources: [`arn:${partition}:${service}:${region}:${account}:${resource}`],
      conditions: { StringEquals: { 'aws:ResourceTag/nightporter:stage': this.props.stageName, ...StringEquals }, ...conditions },
    });
  }
}
