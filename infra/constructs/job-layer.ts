import { Architecture, Code, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { LoadedStage } from '../load-stage.ts';

export interface JobLayerProps {
  readonly loaded: LoadedStage;
}

/** What every function of a stack stands on. Each stack has its own: an ARN that another stack uses could never change. */
export class JobLayer extends LayerVersion {
  constructor(scope: Construct, id: string, { loaded }: JobLayerProps) {
    super(scope, id, {
      description: 'nightporter',
      code: Code.fromAsset(loaded.assets.layer),
      compatibleRuntimes: [Runtime.NODEJS_24_X],
      compatibleArchitectures: [Architecture.ARM_64],
    });
  }
}
