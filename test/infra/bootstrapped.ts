import { Stack } from 'aws-cdk-lib';
import { AccountRootPrincipal, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { output, synthesise } from '../sandbox/aws/fixture/synthesise.ts';

export const bootstrapRole = (name: string) => `cdk-hnb659fds-${name}-role-000000000000-eu-west-1`;

/** What `cdk bootstrap` makes, as far as it matters here: its roles, and the version that it is of. */
export function bootstrapped(): string {
  return synthesise((app) => {
    const stack = new Stack(app, 'CDKToolkit');
    for (const name of ['deploy', 'file-publishing', 'lookup']) {
      const role = new Role(stack, name, { roleName: bootstrapRole(name), assumedBy: new AccountRootPrincipal() });
      if (name === 'deploy') role.addToPolicy(new PolicyStatement({ actions: ['cloudformation:*', 'iam:PassRole'], resources: ['*'] }));
    }
    const service = new ServicePrincipal('cloudformation.amazonaws.com');
    new Role(stack, 'cfn-exec', { roleName: bootstrapRole('cfn-exec'), assumedBy: service });
    output(stack, 'BootstrapVersion', '30');
  });
}
