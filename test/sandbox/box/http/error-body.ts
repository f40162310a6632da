import type { Answer } from './answer.ts';

interface ParameterError {
  readonly reason: 'invalid_parameter' | 'missing_parameter';
  readonly name: string;
  readonly message: string;
}

const codes: Readonly<Record<number, readonly [code: string, message: string]>> = {
  400: ['bad_request', 'Bad Request'],
  403: ['access_denied_insufficient_permissions', 'Access denied - insufficient permission'],
  404: ['not_found', 'Not Found'],
  405: ['method_not_allowed', 'Method Not Allowed'],
  409: ['conflict', 'Conflict'],
  412: ['precondition_failed', 'The resource has been modified. Please retrieve the resource again and retry'],
  413: ['request_entity_too_large', 'Request Entity Too Large'],
  416: ['range_not_satisfiable', 'Requested Range Not Satisfiable'],
  429: ['rate_limit_exceeded', 'Request rate limit exceeded, please try again later'],
  500: ['internal_server_error', 'Internal Server Error'],
  503: ['unavailable', 'Unavailable'],
};

/** Box's client error; `help_url` is what Box really sends, an address that has moved since. The server adds `request_id`. */
export function clientError(status: number, errors: readonly ParameterError[] = [], message?: string): Answer {
  const [code, usual] = codes[status] ?? ['internal_server_error', 'Internal Server Error'];
  return refusal(status, code, message ?? usual, errors.length > 0 ? { errors } : undefined);
}

/** An error whose code says more than its status. */
export function refusal(status: number, code: string, message: string, contextInfo?: Readonly<Record<string, unknown>>): Answer {
  return {
    status,
    body: {
      type: 'error',
      status,
      code,
      ...(contextInfo && { context_info: contextInfo }),
      help_url: 'http://developers.box.com/docs/#errors',
      message,
    },
  };
}

export function invalidParameter(name: string, value: string, why: string): Answer {
  return clientError(400, [
    {
      reason: 'invalid_parameter',
      name,
      message: `Invalid value '${value}'. ${why}`,
    },
  ]);
}

export function missingParameter(name: string): Answer {
  return clientError(400, [{ reason: 'missing_parameter', name, message: `'${name}' is required` }]);
}

/** What is missing and what the token's user may not see look the same. Box writes folders as `d_…` and files as `f_…`. */
export function notFound(name: string, value: string): Answer {
  const message = `Invalid value '${value}'. '${name}' with value '${value}' not found`;
  return clientError(404, [{ reason: 'invalid_parameter', name, message }]);
}

export const forbidden: Answer = clientError(403);
