import { CfnOutput, Stack, Tags } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { pascal } from '../pascal.ts';
import type { Armed } from './armed.ts';
import { JobAlarms } from './job-alarms.ts';
import { JobFunction, type JobFunctionProps } from './job-function.ts';
import { JobSchedule } from './job-schedule.ts';

export interface DeployedJobProps extends JobFunctionProps {
  readonly armed: Armed;
}

/** All that one enabled job is in AWS. */
export class DeployedJob extends Construct {
  readonly run: JobFunction;
  readonly start: JobSchedule;

  constructor(scope: Construct, id: string, props: DeployedJobProps) {
    super(scope, id);
    const { stage, job, foundation, armed } = props;
    this.run = new JobFunction(this, 'Run', props);
    this.start = new JobSchedule(this, 'Start', {
      job,
      target: this.run.live,
      armed,
    });
    new JobAlarms(this, 'Alarms', {
      stageName: stage.name,
      job,
      function: this.run,
      schedule: this.start,
      topic: foundation.alarms,
      armed,
    });
    Tags.of(this).add('nightporter:job', job.id);
    const stack = Stack.of(this);
    new CfnOutput(stack, `${pascal(job.id)}Schedule`, { value: this.start.schedule.scheduleName });
    new CfnOutput(stack, `${pascal(job.id)}Function`, { value: this.run.function.functionName });
  }
}
