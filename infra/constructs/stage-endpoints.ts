import { CfnOutput, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { environment } from '../../lib/env.ts';
import type { Endpoint } from '../bundle/endpoints.ts';
import type { LoadedStage } from '../load-stage.ts';
import { tableKeyActions, useKey } from './capability-grant.ts';
import { askForEnds } from './durable-lambda.ts';
import { EndpointFunction } from './endpoint-function.ts';
import type { Foundation } from './foundation.ts';
import type { ScheduledBoxJob } from './scheduled-box-job.ts';

export interface StageEndpointsProps {
  readonly loaded: LoadedStage;
  readonly foundation: Foundation;
  readonly jobs: readonly ScheduledBoxJob[];
}

/**
 * Where operators and approvers knock. Two functions, because who may call one is decided for the whole of it: whoever may start runs must
 * not thereby be able to approve what they plan.
 */
export class StageEndpoints extends Construct {
  readonly logGroups: LogGroup[] = [];
  private readonly props: StageEndpointsProps;

  constructor(scope: Construct, id: string, props: StageEndpointsProps) {
    super(scope, id);
    this.props = props;
    const { runs, decisions } = props.foundation;
    const changing = props.jobs.filter(({ job }) => job.mode !== undefined).map(({ run }) => run.function.functionArn);
    const wake =
      changing.length === 0
        ? []
        : [
            allow(
              ['lambda:SendDurableExecutionCallbackSuccess'],
              changing.map((arn) => `${arn}:*`),
            ),
          ];
    const inSteps = props.jobs.filter(({ shard }) => shard !== undefined);
    const ask = inSteps.length === 0 ? [] : [askForEnds(inSteps.map(({ run }) => run.function.functionArn))];
    const aliases = props.jobs.map(({ run }) => run.live.functionArn);
    this.add('operations', 'Starts, stops and pauses runs for operators', {
      environment: {
        [environment.jobFunctions]: this.functionsOfJobs(),
        [environment.durableJobs]: JSON.stringify(inSteps.map(({ job }) => job.id)),
      },
      statements: [
        allow(['dynamodb:GetItem', 'dynamodb:PutItem'], [runs.tableArn]),
        allow(['lambda:InvokeFunction'], aliases),
        ...ask,
        ...wake,
      ],
    });
    if (changing.length === 0) return;
    this.add('approvals', 'Writes down who approves or rejects which plan', {
      environment: { [environment.decisionsTable]: decisions.tableName },
      statements: [
        allow(['dynamodb:GetItem'], [runs.tableArn]),
        allow(['dynamodb:GetItem', 'dynamodb:PutItem'], [decisions.tableArn]),
        ...wake,
      ],
    });
  }

  private add(
    endpoint: Endpoint,
    description: string,
    own: { readonly environment: Readonly<Record<string, string>>; readonly statements: readonly PolicyStatement[] },
  ): void {
    const { loaded, foundation } = this.props;
    const id = endpoint === 'approvals' ? 'Approvals' : 'Operations';
    const { url, logGroup } = new EndpointFunction(this, id, {
      stage: loaded.stage,
      endpoint,
      description: `Nightporter ${loaded.stage.name}: ${description}`,
      code: loaded.assets.endpointOf(endpoint),
      environment: { [environment.stage]: loaded.stage.name, [environment.runsTable]: foundation.runs.tableName, ...own.environment },
      statements: [...own.statements, useKey(this, foundation.dataKey, 'dynamodb', tableKeyActions)],
    });
    this.logGroups.push(logGroup);
    new CfnOutput(Stack.of(this), `${id}Url`, { value: url });
  }

  /** Names alone: Lambda gives a function 4 KB for all its variables. */
  private functionsOfJobs(): string {
    return Stack.of(this).toJsonString(Object.fromEntries(this.props.jobs.map(({ job, run }) => [job.id, run.function.functionName])));
  }
}

function allow(actions: string[], resources: string[]): PolicyStatement {
  return new PolicyStatement({ actions, resources });
}
