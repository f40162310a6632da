import { DefaultStackSynthesizer, Duration, Stack } from 'aws-cdk-lib';
import { type Policy, PolicyStatement, Role, WebIdentityPrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Stage } from '../settings.ts';
import { acknowledgeWildcards } from './acknowledge-wildcards.ts';
import { type Part, stackArns } from './stack-arns.ts';

export interface DeployRoleProps {
  readonly stageName: string;
  readonly github: NonNullable<Stage['github']>;
}

const issuer = 'token.actions.githubusercontent.com';

/** Roles of the bootstrap stack that `cdk deploy` goes through. Not its `lookup`, which may read the whole account: nothing here is looked up. */
const bootstrapRoles = ['deploy', 'file-publishing'];

/**
 * What a workflow becomes when it deploys this stage: only in jobs of one environment of one repository, so that the environment's
 * reviewers stand before it. What it may do is what the bootstrap's roles may, and read what is deployed, for `npm run diff`
 * and for whether it is armed.
 */
export class DeployRole extends Role {
  constructor(scope: Construct, id: string, { stageName, github }: DeployRoleProps) {
    const { repository, environment, providerArn } = github;
    super(scope, id, {
      description: `GitHub: ${repository}, environment ${environment}, deploys the stage ${stageName}`,
      path: `/nightporter/${stageName}/`,
      maxSessionDuration: Duration.hours(1),
      assumedBy: new WebIdentityPrincipal(providerArn, {
        StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com', [`${issuer}:sub`]: `repo:${repository}:environment:${environment}` },
      }),
    });
    const { partition, account, region, synthesizer } = Stack.of(scope);
    const qualifier = synthesizer.bootstrapQualifier ?? DefaultStackSynthesizer.DEFAULT_QUALIFIER;
    const roleOf = (name: string) => `arn:${partition}:iam::${account}:role/cdk-${qualifier}-${name}-role-${account}-${region}`;
    this.addToPolicy(new PolicyStatement({ actions: ['sts:AssumeRole'], resources: bootstrapRoles.map(roleOf) }));
    const read = (action: string, parts: readonly Part[]) =>
      new PolicyStatement({ actions: [`cloudformation:${action}`], resources: stackArns(this, stageName, parts) });
    this.addToPolicy(read('DescribeStacks', ['Jobs', 'Webhooks']));
    this.addToPolicy(read('GetTemplate', ['Foundation', 'Jobs', 'Webhooks', 'Deploy']));
    acknowledgeWildcards(
      this,
      () => (this.node.findChild('DefaultPolicy') as Policy).document,
      'A stack’s ARN ends in an id that only AWS knows: the wildcard stands for that id alone.',
    );
  }
}
