import { Stack, Validations } from 'aws-cdk-lib';
import type { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import { flattenCfnReference } from 'cdk-nag/lib/utils/flatten-cfn-reference.js';
import type { Construct } from 'constructs';

interface Resolved {
  readonly Statement?: readonly { readonly Resource?: unknown }[];
}

/**
 * Acknowledges the wildcards in the resources of this policy; one in an action stays a finding. cdk-nag names a finding by the resource as
 * it stands in the template, and that form is known in synthesis only.
 * @param owner the policy, or the role that it belongs to.
 */
export function acknowledgeWildcards(owner: Construct, document: () => PolicyDocument, reason: string): void {
  const acknowledge = () => {
    const { Statement = [] } = Stack.of(owner).resolve(document()) as Resolved;
    const resources = Statement.flatMap(({ Resource }) => [Resource].flat()).map((resource) => flattenCfnReference(resource));
    for (const resource of resources.filter((text) => text.includes('*'))) {
      Validations.of(owner).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason });
    }
    return [];
  };
  owner.node.addValidation({ validate: acknowledge });
}
