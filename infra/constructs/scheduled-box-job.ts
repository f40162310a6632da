import { CfnOutput, Stack, Tags } from 'aws-cdk-lib';
import type { ILayerVersion } from 'aws-cdk-lib/aws-lambda';
import { LAMBDA_RECOGNIZE_LAYER_VERSION } from 'aws-cdk-lib/cx-api';
import { Construct } from 'constructs';
import type { EnabledJob } from '../enabled-jobs.ts';
import { environmentOf } from '../environment.ts';
import type { LoadedStage } from '../load-stage.ts';
import { pascal } from '../pascal.ts';
import { settingsMistake } from '../settings.ts';
import { type Armed, alwaysArmed } from './armed.ts';
import type { BoxApp } from './box-app.ts';
import type { Foundation } from './foundation.ts';
import { JobAlarms } from './job-alarms.ts';
import { JobFunction } from './job-function.ts';
import { JobSchedule } from './job-schedule.ts';
import { ShardFunction } from './shard-function.ts';

export interface ScheduledBoxJobProps {
  readonly loaded: LoadedStage;
  /** One of the loaded stage's. */
  readonly job: EnabledJob;
  readonly foundation: Foundation;
  /** Those of the stage: the job gets the one that it declares. */
  readonly boxApps: readonly BoxApp[];
  readonly layer: ILayerVersion;
  /** From the first deployment on, if left out. */
  readonly armed?: Armed;
}

/** All that one enabled job is in AWS. @throws NightporterError `SETTINGS_INVALID` when its Box app is missing */
export class ScheduledBoxJob extends Construct {
  readonly job: EnabledJob;
  readonly run: JobFunction;
  /** Of a durable job: what its run starts. */
  readonly shard: ShardFunction | undefined;
  readonly start: JobSchedule;

  constructor(scope: Construct, id: string, { loaded, job, foundation, boxApps, layer, armed = alwaysArmed }: ScheduledBoxJobProps) {
    super(scope, id);
    this.job = job;
    // In an app without this flag, a new layer would make no new version, and what runs would stay on the old one.
    this.node.setContext(LAMBDA_RECOGNIZE_LAYER_VERSION, true);
    const { stage, jobs, webhooks, assets } = loaded;
    const boxApp = boxAppOf(job, boxApps, stage.name);
    const environment = environmentOf({ stage, job, jobs, webhooks, foundation, boxApp });
    const props = { stage, job, foundation, boxApp, layer, code: assets.functionOf(job.name), environment };
    this.shard = job.declaration.shape === 'plain' ? undefined : new ShardFunction(this, 'Shard', props);
    const { shard } = this;
    this.run = new JobFunction(this, 'Run', { ...props, ...(shard && { shard }) });
    this.start = new JobSchedule(this, 'Start', { job, target: this.run.live, armed });
    new JobAlarms(this, 'Alarms', {
      stageName: stage.name,
      job,
      function: this.run,
      shard,
      schedule: this.start,
      topic: foundation.alarms,
      armed,
    });
    Tags.of(this).add('nightporter:stage', stage.name);
    Tags.of(this).add('nightporter:job', job.id);
    const stack = Stack.of(this);
    new CfnOutput(stack, `${pascal(job.id)}Schedule`, { value: this.start.schedule.scheduleName });
    new CfnOutput(stack, `${pascal(job.id)}Function`, { value: this.run.function.functionName });
    if (shard) new CfnOutput(stack, `${pascal(job.id)}Shards`, { value: shard.function.functionName });
  }
}

/** Undefined for a job that never calls Box. */
function boxAppOf({ id, app }: EnabledJob, boxApps: readonly BoxApp[], stageName: string): BoxApp | undefined {
  const found = boxApps.find((each) => each.app === app);
  if (found || app === undefined) return found;
  throw settingsMistake(stageName, ['jobs', id], `it uses the Box app "${app}", of which its construct was given no BoxApp`);
}
