import { CfnOutput, Stack, Tags } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { pascal } from '../pascal.ts';
import { JobAlarms } from './job-alarms.ts';
import { JobFunction, type JobFunctionProps } from './job-function.ts';
import { JobSchedule } from './job-schedule.ts';

/** All that one enabled job is in AWS. */
export class DeployedJob extends Construct {
  constructor(scope: Construct, id: string, props: JobFunctionProps) {
    super(scope, id);
    const { stage, job, foundation } = props;
    const jobFunction = new JobFunction(this, 'Run', props);
    const schedule = new JobSchedule(this, 'Start', {
      job,
      target: jobFunction.live,
    });
    new JobAlarms(this, 'Alarms', { stageName: stage.name, job, function: jobFunction, schedule, topic: foundation.alarms });
    Tags.of(this).add('nightporter:job', job.id);
    const stack = Stack.of(this);
    new CfnOutput(stack, `${pascal(job.id)}Schedule`, { value: schedule.schedule.scheduleName });
    new CfnOutput(stack, `${pascal(job.id)}Function`, { value: jobFunction.function.functionName });
  }
}
