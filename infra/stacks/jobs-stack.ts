import { Stack, type StackProps } from 'aws-cdk-lib';
import { Architecture, Code, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Assets } from '../bundle/bundle.ts';
import { DeployedJob } from '../constructs/deployed-job.ts';
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
    for (const job of jobs) {
      const environment = environmentOf({ stage, job, jobs, foundation });
      new DeployedJob(this, job.id, {
        stage,
        job,
        foundation,
        layer,
        code: assets.functionOf(job.name),
        environment,
      });
    }
  }
}
