import { Duration, Tags, Validations } from 'aws-cdk-lib';
import { type Policy, type PolicyStatement, Role, ServicePrincipal, PolicyStatement as Statement } from 'aws-cdk-lib/aws-iam';
import { FunctionUrlAuthType, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Endpoint } from '../bundle/endpoints.ts';
import type { Stage } from '../settings.ts';
import { acknowledgeWildcards } from './acknowledge-wildcards.ts';
import { rolePath } from './box-app.ts';
import { functionProps, logGroupProps, putIntoNetwork } from './function-props.ts';
import { networkInterfaceGrant } from './network-interface-grant.ts';

export interface EndpointFunctionProps {
  readonly stage: Stage;
  readonly endpoint: Endpoint;
  /** What it is for, in the console. */
  readonly description: string;
  /** Folder that holds `index.mjs`. */
  readonly code: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly statements: readonly PolicyStatement[];
}

/** Tag by which people's policies name an endpoint: its own name is generated. */
export const endpointTag = 'nightporter:endpoint';

/** A function that people call by signed requests. Lambda checks the signature and tells the function whose it is. */
export class EndpointFunction extends Construct {
  readonly url: string;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, { stage, endpoint, description, code, environment, statements }: EndpointFunctionProps) {
    super(scope, id);
    this.logGroup = new LogGroup(this, 'Logs', logGroupProps(stage));
    const made = new LambdaFunction(this, 'Function', {
      ...functionProps(code),
      description,
      handler: 'index.handler',
      memorySize: 512,
      timeout: Duration.seconds(20),
      environment: { ...environment },
      role: this.role(stage, statements),
      logGroup: this.logGroup,
    });
    putIntoNetwork(made, stage);
    this.url = made.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM }).url;
    Tags.of(made).add(endpointTag, endpoint);
    acknowledgeRules(made);
  }

  private role(stage: Stage, statements: readonly PolicyStatement[]): Role {
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com'), path: rolePath(stage.name, undefined) });
    const logs = new Statement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [this.logGroup.logGroupArn] });
    for (const statement of [logs, ...statements, ...(stage.vpc ? networkInterfaceGrant() : [])]) role.addToPolicy(statement);
    acknowledgeWildcards(
      role,
      () => (role.node.findChild('DefaultPolicy') as Policy).document,
      'A durable execution’s ARN ends in a version and an id that only Lambda knows; network interfaces have no name beforehand.',
    );
    return role;
  }
}

function acknowledgeRules(made: LambdaFunction): void {
  Validations.of(made).acknowledge(
    { id: 'Serverless-LambdaDLQ', reason: 'It is only ever called by people who wait for its answer.' },
    { id: 'Serverless-LambdaTracing', reason: 'One request is a few calls, which its log tells; tracing needs a grant on every resource.' },
  );
}
