import { AwsError } from '../http/aws-error.ts';
import { elements } from '../http/xml.ts';
import { type Exchange, sendXml } from './exchange.ts';

/** A bucket's region; us-east-1 is the empty one. */
export async function getLocation({ reply, region }: Exchange): Promise<void> {
  sendXml(reply, 'LocationConstraint', region === 'us-east-1' ? '' : region);
}

/** @throws AwsError `NoSuchLifecycleConfiguration` */
export async function getLifecycle({ reply, bucket }: Exchange): Promise<void> {
  if (bucket.configuration.lifecycle.length === 0)
    throw new AwsError('NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist', 404);
  const Rule = bucket.configuration.lifecycle.map(({ isEnabled, prefix, expirationDays, noncurrentDays, abortUploadDays }, index) => {
    const nested = {
      Filter: elements({ Prefix: prefix }),
      Expiration: expirationDays && elements({ Days: expirationDays }),
      NoncurrentVersionExpiration: noncurrentDays && elements({ NoncurrentDays: noncurrentDays }),
      AbortIncompleteMultipartUpload: abortUploadDays && elements({ DaysAfterInitiation: abortUploadDays }),
    };
    const parts = Object.entries(nested).map(([name, inner]) => (inner ? `<${name}>${inner}</${name}>` : ''));
    return elements({ ID: `rule-${index + 1}`, Status: isEnabled ? 'Enabled' : 'Disabled' }) + parts.join('');
  });
  sendXml(reply, 'LifecycleConfiguration', elements({ Rule }));
}
