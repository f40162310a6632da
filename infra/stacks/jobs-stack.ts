import { Stack, type StackProps } from 'aws-cdk-lib';
import { Architecture, Code, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Assets } from '../bundle/bundle.ts';
import { armedBy } from '../constructs/armed.ts';
import { DeployedJob } from '../constructs/deployed-job.ts';
import { SavedQueries } from '../constructs/saved-queries.ts';
import { StageDashboard } from '../constructs/stage-dashboard.ts';
import type { EnabledJob } from '../enabled-jobs.ts';
import { environmentOf } from '../environment.ts';
import type { Stage } from '../settings.ts';
import type { FoundationStack } from './foundation-stack.ts';

export interface JobsStackProps extends StackProps {
  readonly stage: Stage;
  readonly jobs: readonly EnabledJob[];
  readonly foundation: FoundationStack;
  readonly assets: Assets;
}

/** What runs: one function per enabled job, all on one layer. */
export class JobsStack extends Stack {
  constructor(scope: Construct, id: string, { stage, jobs, foundation, assets, ...props }: JobsStackProps) {
    super(scope, id, props);
    const layer = new LayerVersion(this, 'Layer', {
      description: 'nightporter',
      code: Code.fromAsset(assets.layer),
      compatibleRuntimes: [Runtime.NODEJS_24_X],
      compatibleArchitectures: [Architecture.ARM_64],
    });
    if (jobs.length === 0) return;
    const armed = armedBy(this, stage.armedFromStart);
    const deployed = jobs.map((job) => {
      const environment = environmentOf({ stage, job, jobs, foundation });
      const code = assets.functionOf(job.name);
      return [job, new DeployedJob(this, job.id, { stage, job, foundation, layer, code, environment, armed })] as const;
    });
    new StageDashboard(this, 'Overview', { stageName: stage.name, jobs: deployed });
    new SavedQueries(this, 'Queries', { stageName: stage.name, logGroups: deployed.map(([, { run }]) => run.logGroup) });
  }
}
