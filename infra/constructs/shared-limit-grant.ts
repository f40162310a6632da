import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** To hear what Box has asked of the app's service account, and to tell it: the app's own items in the table of runs, and no others. */
export function sharedLimitGrant(runs: Table, app: string): PolicyStatement {
  return new PolicyStatement({
    actions: ['dynamodb:PutItem', 'dynamodb:Query'],
    resources: [runs.tableArn],
    conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [`limits#${app}`] } },
  });
}
