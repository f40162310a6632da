import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

export interface RecordTableProps {
  readonly key: IKey;
  readonly production: boolean;
  /** Whether an item is gone after its `expiresAt`; otherwise nothing expires. */
  readonly expires: boolean;
}

/**
 * A table that holds a record of what was done, and stays. Not a `TableV2`: with a customer's key it can only be synthesised for a region
 * that is known, and a stage need not name one.
 */
export class RecordTable extends Table {
  constructor(scope: Construct, id: string, { key, production, expires }: RecordTableProps) {
    super(scope, id, {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      ...(expires && { timeToLiveAttribute: 'expiresAt' }),
      deletionProtection: production,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
  }
}
