import { CfnOutput, CustomResource, Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { pascal } from '../pascal.ts';
import { type AlarmTextProps, alarmText } from './alarm-text.ts';
import { alwaysArmed } from './armed.ts';
import type { BoxWebhook } from './box-webhook.ts';
import { EventAlarm } from './event-alarm.ts';
import { ScheduledBoxJob, type ScheduledBoxJobProps } from './scheduled-box-job.ts';
import { stageMetric } from './stage-metric.ts';

export interface ReconciledWebhooksProps extends ScheduledBoxJobProps {
  /** Those of the job's Box app. */
  readonly answered: readonly BoxWebhook[];
}

/**
 * The webhooks in Box itself, as a resource of the stack: a deployment makes and changes them, a rollback takes that back, a deletion removes
 * those that the stack has made. The job that does it looks every hour as well.
 */
export class ReconciledWebhooks extends Construct {
  /** Where the job says what it did in Box, and what Box refused. */
  readonly logGroup: ILogGroup;
  private readonly props: ReconciledWebhooksProps;

  constructor(scope: Construct, id: string, props: ReconciledWebhooksProps) {
    super(scope, id);
    this.props = props;
    const { answered, job, armed = alwaysArmed } = props;
    const { run } = new ScheduledBoxJob(this, 'Job', props);
    this.logGroup = run.logGroup;
    // What was missed goes to the handlers as if Box had sent it.
    const queues = answered.map(({ deliver }) => deliver.queue.queue.queueArn);
    run.function.addToRolePolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: queues }));
    const webhooks = new CustomResource(this, 'Webhooks', {
      resourceType: 'Custom::BoxWebhooks',
      serviceToken: run.function.functionArn,
      // CloudFormation would wait for an hour for a function that can't answer.
      serviceTimeout: Duration.minutes(job.declaration.timeoutMinutes + 1),
      properties: { Wish: Stack.of(this).toJsonString(this.wish()), State: armed.state },
    });
    // The permission to be called comes with the address, and Box may call at once.
    webhooks.node.addDependency(...answered);
    new CfnOutput(Stack.of(this), `${pascal(job.id)}Status`, { value: webhooks.getAttString('Status') });
    this.alarm('Problem', 'WebhookProblem', {
      happened: 'A webhook can not be as it is wanted, or what it missed can not be read',
      toDo: `read the sentence in the log group ${run.logGroup.logGroupName}; it names the item and the next step, and nothing needs to be deployed.`,
    });
    this.alarm('Drift', 'WebhookDrift', {
      happened: 'A webhook was gone or had been changed, and was restored',
      toDo: 'find out who or what did it, in Box’s enterprise events; what was missed is caught up with.',
    });
  }

  /** As the function reads it; ids and addresses only. */
  private wish(): object {
    const { answered } = this.props;
    const webhooks = answered.flatMap(({ webhook, address, deliver }) =>
      webhook.targets.map((target) => ({
        name: webhook.id,
        owner: ownerOf(webhook),
        target,
        address,
        triggers: webhook.declaration.triggers,
        queueUrl: deliver.queue.queue.queueUrl,
      })),
    );
    return { webhooks, adopt: answered.flatMap(({ webhook }) => webhook.adopt) };
  }

  private alarm(id: string, metricName: string, text: Pick<AlarmTextProps, 'happened' | 'toDo'>): void {
    const { loaded, job, foundation } = this.props;
    const { name: stageName } = loaded.stage;
    const { impact } = job.declaration;
    new EventAlarm(this, id, {
      metric: stageMetric({ stageName, metricName, of: { Job: job.id }, period: Duration.minutes(5) }),
      topic: foundation.alarms,
      text: alarmText({ impact, of: `job ${job.id}`, stageName, ...text }),
    });
  }
}

function ownerOf({ declaration: { runAs }, settings }: BoxWebhook['webhook']): object {
  if (runAs.kind === 'serviceAccount') return { type: 'enterprise' };
  const id = typeof runAs.user === 'string' ? runAs.user : settings[runAs.user.setting];
  return { type: 'user', id, through: runAs.through };
}
