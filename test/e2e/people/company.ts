import { Stack } from 'aws-cdk-lib';
import { AccountRootPrincipal, ManagedPolicy, Role } from 'aws-cdk-lib/aws-iam';
import { type CommandLine, signedInAs } from '../../infra/cli/signed-in.ts';
import { output, synthesise } from '../../sandbox/aws/fixture/synthesise.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';

/** Roles of a company, by the stage's policies that it has attached to them. */
const attached = {
  Reader: ['Reader'],
  Operator: ['Operator'],
  Approver: ['Approver'],
  OperatorAndApprover: ['Operator', 'Approver'],
} as const;

export type CompanyRole = keyof typeof attached;

export interface Company {
  /** Somebody who has taken on that role. */
  signIn(role: CompanyRole, name: string): Promise<CommandLine>;
  /** As policies name it. */
  roleArn(role: CompanyRole): string;
}

const stackName = 'Company';

/** By their names, the roles that have one policy each. */
export const rolesOfOnePolicy = new RegExp(`^${stackName}-(Reader|Operator|Approver)(?!And)`);

/** Makes the roles, beside the stage, in a stack that is the company's own: it knows the policies by the stage's outputs. */
export async function openCompany(sandbox: Sandbox): Promise<Company> {
  const { aws } = sandbox;
  const policies = aws.outputs('Nightporter-sandbox-Foundation');
  const assembly = synthesise((app) => {
    const stack = new Stack(app, stackName);
    for (const [id, names] of Object.entries(attached)) {
      const policyOf = (name: string) => ManagedPolicy.fromManagedPolicyArn(stack, id + name, policies[`${name}PolicyArn`] ?? '');
      const role = new Role(stack, id, { assumedBy: new AccountRootPrincipal(), managedPolicies: names.map(policyOf) });
      output(stack, `${id}Arn`, role.roleArn);
    }
  });
  await aws.deploy(assembly);
  const roleArn: Company['roleArn'] = (role) => aws.outputs(stackName)[`${role}Arn`] ?? '';
  return { roleArn, signIn: (role, name) => signedInAs(sandbox, roleArn(role), name) };
}
