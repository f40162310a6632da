import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

export interface SharedTokensProps {
  /** Encrypts the table; the tokens in it are encrypted once more, by a key of their own. */
  readonly tableKey: IKey;
}

/** Access tokens that containers share, each for an hour at most. Nothing in it is worth keeping. */
export class SharedTokens extends Construct {
  readonly table: Table;
  readonly key: Key;

  constructor(scope: Construct, id: string, { tableKey }: SharedTokensProps) {
    super(scope, id);
    this.key = new Key(this, 'Key', {
      description: 'Shared access tokens',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: tableKey,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: 'expiresAt',
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  /** For the jobs of one Box app: its own items only, and tokens that the key's context binds to the app's secret and to this table. */
  grants(secretArn: string): readonly PolicyStatement[] {
    const context = { 'kms:EncryptionContext:table': this.table.tableName, 'kms:EncryptionContext:scope': secretArn };
    return [
      new PolicyStatement({
        actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
        resources: [this.table.tableArn],
        conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`token ${secretArn} *`] } },
      }),
      new PolicyStatement({
        actions: ['kms:Encrypt', 'kms:Decrypt'],
        resources: [this.key.keyArn],
        conditions: { StringEquals: context },
      }),
    ];
  }

  /** For a person: which tokens there are, by fingerprint, and not even what is encrypted of them. */
  peek(): PolicyStatement {
    return new PolicyStatement({
      actions: ['dynamodb:Scan'],
      resources: [this.table.tableArn],
      conditions: {
        'ForAllValues:StringEquals': { 'dynamodb:Attributes': ['pk', 'fingerprint', 'tokenExpiresAt', 'lifeMs', 'leaseUntil'] },
        // Without it, whoever names no attributes gets all of them.
        StringEquals: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
      },
    });
  }
}
