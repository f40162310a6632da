import { Architecture, Code, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';

export interface JobLayerProps {
  /** Folder of what the layer holds. */
  readonly code: string;
}

/** What every function of a stack stands on. Each stack has its own: an ARN that another stack uses could never change. */
export class JobLayer extends LayerVersion {
  constructor(scope: Construct, id: string, { code }: JobLayerProps) {
    super(scope, id, {
      description: 'nightporter',
      code: Code.fromAsset(code),
      compatibleRuntimes: [Runtime.NODEJS_24_X],
      compatibleArchitectures: [Architecture.ARM_64],
    });
  }
}
