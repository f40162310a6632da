import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';

export interface AlarmTopicProps {
  /** Mail address that gets every alarm; nobody if left out. */
  readonly notify: string | undefined;
}

/**
 * Where every alarm goes. Its key is its own, because CloudWatch must be able to use it: nothing else should be readable through that.
 * docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
 */
export class AlarmTopic extends Construct {
  readonly topic: Topic;
  readonly key: Key;

  constructor(scope: Construct, id: string, { notify }: AlarmTopicProps) {
    super(scope, id);
    const cloudWatch = new ServicePrincipal('cloudwatch.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
    });
    this.key = new Key(this, 'Key', {
      description: 'Alarms on their way to people',
      enableKeyRotation: true,
      // Nothing that is kept needs it: kept itself, it would cost a dollar a month for nothing.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Without that condition: it is documented for topics only, and an alarm that can't be encrypted is silent.
    const anyAlarm = new ServicePrincipal('cloudwatch.amazonaws.com');
    this.key.addToResourcePolicy(
      new PolicyStatement({ principals: [anyAlarm], actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: ['*'] }),
    );
    this.topic = new Topic(this, 'Topic', { masterKey: this.key, enforceSSL: true });
    // A topic's own policy replaces the default one that lets alarms publish.
    this.topic.addToResourcePolicy(
      new PolicyStatement({ principals: [cloudWatch], actions: ['sns:Publish'], resources: [this.topic.topicArn] }),
    );
    if (notify !== undefined) this.subscribe(notify);
  }

  private subscribe(address: string): void {
    Validations.of(this.topic.addSubscription(new EmailSubscription(address))).acknowledge({
      id: 'Serverless-SNSRedrivePolicy',
      reason:
        'The subscriber is a mailbox: a mail that bounces leaves nothing to deliver again, and the alarm’s state stays in CloudWatch.',
    });
  }
}
