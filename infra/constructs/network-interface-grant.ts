import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html: "Required IAM permissions"; the subnets are not among what can be named. */
const actions = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];

/** Lambda attaches a function to subnets in the name of its role; the function's own code may not. */
export function networkInterfaceGrant(): readonly PolicyStatement[] {
  return [
    new PolicyStatement({ actions, resources: ['*'] }),
    new PolicyStatement({
      effect: Effect.DENY,
      actions,
      resources: ['*'],
      // Present in calls that the code of a function makes, absent where Lambda itself does.
      conditions: { Null: { 'lambda:SourceFunctionArn': 'false' } },
    }),
  ];
}
