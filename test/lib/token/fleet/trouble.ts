import type { Answer, Asked } from './internet.ts';

export const services = ['box', 'store', 'kms', 'secrets'] as const;
export type Service = (typeof services)[number];

/**
 * What can happen to a request. `slow`: longer than the store may take; `throttled`, `broken`: refused unseen; `hang`: no answer until the
 * connection ends; `lost`: carried out, and its answer lost.
 */
export const troubles = ['slow', 'throttled', 'broken', 'hang', 'lost'] as const;
export type Trouble = (typeof troubles)[number];

const json = (status: number, body: object, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.0', ...headers },
  body: Buffer.from(JSON.stringify(body)),
});

const throttles: Readonly<Record<Exclude<Service, 'box'>, string>> = {
  store: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
  kms: 'ThrottlingException',
  secrets: 'ThrottlingException',
};

export function refusalOf(service: Service, trouble: 'throttled' | 'broken'): Answer {
  if (service === 'box') return json(trouble === 'throttled' ? 429 : 503, {}, { 'retry-after': '0.02' });
  return trouble === 'throttled' ? json(400, { __type: throttles[service] }) : json(500, { __type: 'InternalServerError' });
}

export function serviceOf({ path, headers }: Asked): { readonly service: Service; readonly operation: string } {
  const [target = '', operation = ''] = String(headers['x-amz-target'] ?? '').split('.');
  if (target.startsWith('DynamoDB')) return { service: 'store', operation };
  if (target === 'TrentService') return { service: 'kms', operation };
  if (target === 'secretsmanager') return { service: 'secrets', operation };
  return { service: 'box', operation: path === '/oauth2/token' ? 'token' : 'call' };
}
