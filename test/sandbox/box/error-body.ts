import type { Answer } from './answer.ts';

interface ParameterError {
  readonly reason: 'invalid_parameter' | 'missing_parameter';
  readonly name: string;
  readonly message: string;
}

const codes: Readonly<Record<number, readonly [code: string, message: string]>> = {
  400: ['bad_request', 'Bad Request'],
  404: ['not_found', 'Not Found'],
  405: ['method_not_allowed', 'Method Not Allowed'],
  429: ['rate_limit_exceeded', 'Request rate limit exceeded, please try again later'],
  500: ['internal_server_error', 'Internal Server Error'],
  503: ['unavailable', 'Unavailable'],
};

/** Box's client error; `help_url` is what Box really sends, an address that has moved since. The server adds `request_id`. */
export function clientError(status: number, errors: readonly ParameterError[] = [], message?: string): Answer {
  const [code, usual] = codes[status] ?? ['internal_server_error', 'Internal Server Error'];
  return {
    status,
    body: {
      type: 'error',
      status,
      code,
      ...(errors.length > 0 && { context_info: { errors } }),
      help_url: 'http://developers.box.com/docs/#errors',
      message: message ?? usual,
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

/** What is missing and what the token's user may not see look the same. Box writes folders as `d_…` and files as `f_…`. */
export function notFound(name: 'folder' | 'item' | 'user', value: string): Answer {
  const message = `Invalid value '${value}'. '${name}' with value '${value}' not found`;
  return clientError(404, [{ reason: 'invalid_parameter', name, message }]);
}
