import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { DeployRole, type DeployRoleProps } from '../constructs/deploy-role.ts';

/** Who deploys the other stacks; itself deployed once, by a person. */
export class DeployStack extends Stack {
  constructor(scope: Construct, id: string, { stageName, github, ...props }: StackProps & DeployRoleProps) {
    super(scope, id, props);
    const role = new DeployRole(this, 'Role', { stageName, github });
    new CfnOutput(this, 'DeployRoleArn', {
      value: role.roleArn,
      description: 'For role-to-assume of aws-actions/configure-aws-credentials',
    });
  }
}
