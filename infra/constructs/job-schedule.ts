import { Duration, Stack, TimeZone } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Alias, IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  type CfnSchedule,
  ContextAttribute,
  Schedule,
  ScheduleExpression,
  ScheduleTargetInput,
  TimeWindow,
} from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { EnabledJob } from '../enabled-jobs.ts';
import type { Armed } from './armed.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';

export interface JobScheduleProps {
  readonly job: EnabledJob;
  readonly target: Alias;
  readonly armed: Armed;
}

/** Starts a job when it is due. */
export class JobSchedule extends Construct {
  readonly schedule: Schedule;
  /** Starts that did not reach the function. */
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { job, target, armed }: JobScheduleProps) {
    super(scope, id);
    const { schedule, declaration } = job;
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters');
    const role = this.role(target);
    this.schedule = new Schedule(this, 'Schedule', {
      description: declaration.impact.slice(0, 512),
      schedule: ScheduleExpression.expression(schedule.expression, TimeZone.of(schedule.timeZone)),
      timeWindow: declaration.windowMinutes === 0 ? TimeWindow.off() : TimeWindow.flexible(Duration.minutes(declaration.windowMinutes)),
      target: new LambdaInvoke(target as IFunction, {
        input: ScheduleTargetInput.fromObject({ scheduledTime: ContextAttribute.scheduledTime }),
        deadLetterQueue: this.deadLetters,
        // The default is 185 tries in 24 hours: a nightly job would meet itself.
        retryAttempts: 2,
        maxEventAge: Duration.hours(1),
        // CDK would let the role start every version of the function.
        role: role.withoutPolicyUpdates(),
      }),
    });
    // CDK takes a boolean only, and whether the stage is armed is known to the deployment alone.
    (this.schedule.node.defaultChild as CfnSchedule).state = armed.state;
    // The role alone does not wait for its policy.
    this.schedule.node.addDependency(role);
  }

  private role(target: Alias): Role {
    const { account } = Stack.of(this);
    const group = Stack.of(this).formatArn({ service: 'scheduler', resource: 'schedule-group', resourceName: 'default' });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': account, 'aws:SourceArn': group } },
      }),
    });
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [target.functionArn] }));
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.deadLetters.queueArn] }));
    return role;
  }
}
