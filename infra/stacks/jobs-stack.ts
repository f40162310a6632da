import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { armedBy } from '../constructs/armed.ts';
import { BoxAppAlarms } from '../constructs/box-app-alarms.ts';
import { askForEnds } from '../constructs/durable-lambda.ts';
import { JobLayer } from '../constructs/job-layer.ts';
import { jobQueries, SavedQueries } from '../constructs/saved-queries.ts';
import { ScheduledBoxJob } from '../constructs/scheduled-box-job.ts';
import { StageDashboard } from '../constructs/stage-dashboard.ts';
import { StageEndpoints } from '../constructs/stage-endpoints.ts';
import { seesToWebhooks } from '../enabled-jobs.ts';
import type { LoadedStage } from '../load-stage.ts';
import { pascal } from '../pascal.ts';
import type { FoundationStack } from './foundation-stack.ts';

export interface JobsStackProps extends StackProps {
  readonly loaded: LoadedStage;
  readonly foundation: FoundationStack;
}

/** What runs: one function per enabled job, all on one layer. */
export class JobsStack extends Stack {
  constructor(scope: Construct, id: string, { loaded, foundation: { foundation, boxApps }, ...props }: JobsStackProps) {
    super(scope, id, props);
    const { stage } = loaded;
    const jobs = loaded.jobs.filter(({ declaration }) => !seesToWebhooks(declaration));
    const layer = new JobLayer(this, 'Layer', { loaded });
    if (jobs.length === 0) return;
    const armed = armedBy(this, stage.armedFromStart);
    const deployed = jobs.map(
      (job) => [job, new ScheduledBoxJob(this, job.id, { loaded, job, foundation, boxApps, layer, armed })] as const,
    );
    const inSteps = deployed.flatMap(([, { shard, run }]) => (shard ? [run.function.functionArn] : []));
    for (const [{ declaration }, { run }] of deployed)
      if (inSteps.length > 0 && declaration.uses.includes('runs:watch')) run.function.addToRolePolicy(askForEnds(inSteps));
    for (const app of new Set(jobs.flatMap((job) => job.app ?? []))) {
      new BoxAppAlarms(this, `${pascal(app)}Keys`, { stage, app, topic: foundation.alarms });
    }
    const endpoints = new StageEndpoints(this, 'Endpoints', { loaded, foundation, jobs: deployed.map(([, each]) => each) });
    new StageDashboard(this, 'Overview', { stageName: stage.name, jobs: deployed });
    const ofJobs = deployed.flatMap(([, { run, shard }]) => [run.logGroup, ...(shard ? [shard.logGroup] : [])]);
    const logGroups = [...ofJobs, ...endpoints.logGroups];
    new SavedQueries(this, 'Queries', { folder: stage.name, queries: jobQueries, logGroups });
  }
}
