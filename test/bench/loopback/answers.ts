import type { IncomingMessage } from 'node:http';

const secret = { boxAppSettings: { clientID: 'bench', clientSecret: 'loopback' }, enterpriseID: '900001' };

/** A user as Box answers one when no `fields` are asked for: about 450 bytes. */
function user(index: number): object {
  const id = String(11_000_000 + index);
  return {
    type: 'user',
    id,
    name: `Person Number ${index}`,
    login: `person.number.${index}@example.com`,
    created_at: '2019-03-04T09:00:00-08:00',
    modified_at: '2026-11-20T14:21:07-08:00',
    language: 'en',
    timezone: 'Europe/London',
    space_amount: 107_374_182_400,
    space_used: 1_234_567 * (index + 1),
    max_upload_size: 5_368_709_120,
    status: 'active',
    job_title: 'Clerk',
    phone: '',
    address: '',
    avatar_url: `https://example.app.box.com/api/avatar/large/${id}`,
    notification_email: null,
  };
}

const entries = Array.from({ length: 100 }, (_, index) => user(index));
const page = JSON.stringify({ total_count: 100, offset: 0, limit: 100, next_marker: null, entries });
const me = JSON.stringify(user(0));
const token = JSON.stringify({ access_token: 'loopback', expires_in: 3_600, token_type: 'bearer', restricted_to: [] });
const awsAnswers: Readonly<Record<string, string>> = {
  'secretsmanager.GetSecretValue': JSON.stringify({ Name: 'box', VersionId: '1', SecretString: JSON.stringify(secret) }),
  'DynamoDB_20120810.GetItem': '{}',
  'DynamoDB_20120810.UpdateItem': JSON.stringify({ Attributes: { attempt: { N: '1' } } }),
};
const newUpload = '<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>';
const wholeUpload = '<CompleteMultipartUploadResult><ETag>"1"</ETag></CompleteMultipartUploadResult>';

export interface CannedAnswer {
  readonly type: string;
  readonly body: string;
}

/** Secrets Manager, DynamoDB, S3 and Box in one, with as little work as can be: what is measured is the other side. */
export function answerTo({ method, url = '', headers }: IncomingMessage): CannedAnswer | undefined {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return json(awsAnswers[target]);
  if (url === '/oauth2/token') return json(token);
  if (url.startsWith('/2.0/users/me')) return json(me);
  if (url.startsWith('/2.0/users')) return json(page);
  if (method === 'PUT') return { type: 'application/xml', body: '' };
  if (method === 'POST') return { type: 'application/xml', body: url.includes('uploads') ? newUpload : wholeUpload };
  return undefined;
}

function json(body: string | undefined): CannedAnswer | undefined {
  return body === undefined ? undefined : { type: 'application/json', body };
}
