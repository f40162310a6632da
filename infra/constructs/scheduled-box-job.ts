import { CfnOutput, Stack, Tags } from 'aws-cdk-lib';
import type { ILayerVersion } from 'aws-cdk-lib/aws-lambda';
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

export interface ScheduledBoxJobProps {
  readonly loaded: LoadedStage;
  /** One of the loaded stage's. */
  readonly job: EnabledJob;
  readonly foundation: Foundation;
  /** The app that the job declares; undefined for a job that never calls Box. */
  readonly boxApp: BoxApp | undefined;
  readonly layer: ILayerVersion;
  /** From the first deployment on, if left out. */
  readonly armed?: Armed;
}

/** All that one enabled job is in AWS. @throws NightporterError `SETTINGS_INVALID` for the Box app of another job */
export class ScheduledBoxJob extends Construct {
  readonly run: JobFunction;
  readonly start: JobSchedule;

  constructor(scope: Construct, id: string, { loaded, job, foundation, boxApp, layer, armed = alwaysArmed }: ScheduledBoxJobProps) {
    super(scope, id);
    const { stage, jobs, assets } = loaded;
    refuseOtherApp(stage.name, job, boxApp);
    const environment = environmentOf({ stage, job, jobs, foundation, boxApp });
    this.run = new JobFunction(this, 'Run', { stage, job, foundation, boxApp, layer, code: assets.functionOf(job.name), environment });
    this.start = new JobSchedule(this, 'Start', { job, target: this.run.live, armed });
    new JobAlarms(this, 'Alarms', {
      stageName: stage.name,
      job,
      function: this.run,
      schedule: this.start,
      topic: foundation.alarms,
      armed,
    });
    Tags.of(this).add('nightporter:stage', stage.name);
    Tags.of(this).add('nightporter:job', job.id);
    const stack = Stack.of(this);
    new CfnOutput(stack, `${pascal(job.id)}Schedule`, { value: this.start.schedule.scheduleName });
    new CfnOutput(stack, `${pascal(job.id)}Function`, { value: this.run.function.functionName });
  }
}

/** It would deploy, and be refused the secret at each run: roles and secrets go by the name of the app. */
function refuseOtherApp(stageName: string, { id, app }: EnabledJob, boxApp: BoxApp | undefined): void {
  if (app === boxApp?.app) return;
  const [uses, given] = [app, boxApp?.app].map((name) => (name === undefined ? 'no Box app' : `the Box app "${name}"`));
  throw settingsMistake(stageName, ['jobs', id], `the job uses ${uses}, and its construct was given ${given}`);
}
