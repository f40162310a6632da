import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { escapeXml } from './xml.ts';

/** An error that a caller's AWS SDK raises under `code`. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** How a service words its errors. `json` is everyone with JSON bodies, `query` CloudFormation and STS; SNS differs from these in one name. */
export type Protocol = 'json' | 's3' | 'query' | 'sns';

const deniedCode: Readonly<Record<Protocol, string>> = {
  json: 'AccessDeniedException',
  s3: 'AccessDenied',
  query: 'AccessDenied',
  sns: 'AuthorizationError',
};
const unknownKeyCode: Readonly<Record<Protocol, string>> = {
  json: 'UnrecognizedClientException',
  s3: 'InvalidAccessKeyId',
  query: 'InvalidClientTokenId',
  sns: 'InvalidClientTokenId',
};

export function accessDenied(protocol: Protocol, message: string): AwsError {
  return new AwsError(deniedCode[protocol], message, protocol === 'json' ? 400 : 403);
}

export function unknownAccessKey(protocol: Protocol): AwsError {
  return new AwsError(unknownKeyCode[protocol], 'The security token included in the request is invalid.', protocol === 'json' ? 400 : 403);
}

export function expiredToken(protocol: Protocol): AwsError {
  const message = 'The security token included in the request is expired';
  return new AwsError(protocol === 'json' ? 'ExpiredTokenException' : 'ExpiredToken', message, protocol === 'query' ? 403 : 400);
}

const wrongRegionCode: Readonly<Record<Protocol, string>> = {
  json: 'InvalidSignatureException',
  s3: 'AuthorizationHeaderMalformed',
  query: 'SignatureDoesNotMatch',
  sns: 'SignatureDoesNotMatch',
};

/** For a request that is signed for another Region than the one that it came to. */
export function wrongRegion(protocol: Protocol, region: string, expected: string): AwsError {
  const message =
    protocol === 's3'
      ? `The authorization header is malformed; the region '${region}' is wrong; expecting '${expected}'`
      : `Credential should be scoped to a valid region, not '${region}'.`;
  return new AwsError(wrongRegionCode[protocol], message, protocol === 'query' || protocol === 'sns' ? 403 : 400);
}

export function writeError(reply: ServerResponse, protocol: Protocol, error: AwsError): void {
  const requestId = randomUUID();
  if (protocol === 'json') {
    reply.writeHead(error.status, {
      'content-type': 'application/x-amz-json-1.1',
      'x-amzn-requestid': requestId,
      'x-amzn-errortype': error.code,
      // SQS clients take the error's name from this header, a heritage of its query protocol.
      'x-amzn-query-error': `${error.code};Sender`,
    });
    reply.end(JSON.stringify({ __type: error.code, message: error.message, Message: error.message }));
    return;
  }
  reply.writeHead(error.status, { 'content-type': 'application/xml', 'x-amz-request-id': requestId });
  reply.end(reply.req.method === 'HEAD' ? undefined : protocol === 's3' ? s3Error(error, requestId) : queryError(error, requestId));
}

function s3Error(error: AwsError, requestId: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${error.code}</Code><Message>${escapeXml(error.message)}</Message><RequestId>${requestId}</RequestId></Error>`;
}

function queryError(error: AwsError, requestId: string): string {
  return `<ErrorResponse><Error><Type>Sender</Type><Code>${error.code}</Code><Message>${escapeXml(error.message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
}
