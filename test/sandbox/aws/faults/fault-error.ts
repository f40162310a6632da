import { AwsError } from '../http/aws-error.ts';

interface Errors {
  readonly throttled: readonly [code: string, status: number, message: string];
  /** The code of a failure of the service's own, with status 500. */
  readonly failed: string;
}

/** As each service's API reference names them. */
const errors: Readonly<Record<string, Errors>> = {
  cloudformation: { throttled: ['Throttling', 400, 'Rate exceeded'], failed: 'InternalFailure' },
  dynamodb: {
    throttled: ['ThrottlingException', 400, 'Throughput exceeds the current capacity of your table or index.'],
    failed: 'InternalServerError',
  },
  kms: {
    throttled: ['ThrottlingException', 400, 'You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.'],
    failed: 'KMSInternalException',
  },
  lambda: { throttled: ['TooManyRequestsException', 429, 'Rate Exceeded.'], failed: 'ServiceException' },
  logs: { throttled: ['ThrottlingException', 400, 'Rate exceeded'], failed: 'InternalFailure' },
  s3: { throttled: ['SlowDown', 503, 'Please reduce your request rate.'], failed: 'InternalError' },
  scheduler: { throttled: ['ThrottlingException', 429, 'Rate exceeded'], failed: 'InternalServerException' },
  secretsmanager: { throttled: ['ThrottlingException', 400, 'Rate exceeded'], failed: 'InternalServiceError' },
  sns: { throttled: ['Throttled', 429, 'Rate exceeded'], failed: 'InternalError' },
  sqs: { throttled: ['RequestThrottled', 400, 'Rate exceeded'], failed: 'InternalFailure' },
  ssm: { throttled: ['ThrottlingException', 400, 'Rate exceeded'], failed: 'InternalServerError' },
  sts: { throttled: ['Throttling', 400, 'Rate exceeded'], failed: 'InternalFailure' },
};
const otherwise: Errors = { throttled: ['ThrottlingException', 400, 'Rate exceeded'], failed: 'InternalFailure' };

export function throttled(service: string): AwsError {
  const [code, status, message] = (errors[service] ?? otherwise).throttled;
  return new AwsError(code, message, status);
}

export function failed(service: string, status: 500 | 503): AwsError {
  if (status === 503) return new AwsError('ServiceUnavailable', 'The service is temporarily unavailable, as the sandbox was asked.', 503);
  return new AwsError((errors[service] ?? otherwise).failed, 'The service has failed, as the sandbox was asked.', 500);
}
