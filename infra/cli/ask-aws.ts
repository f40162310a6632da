import { type ErrorCode, NightporterError } from '../../lib/errors.ts';

/** Names of errors with which the SDK says that it has no valid credentials. */
const signedOut = /^(CredentialsProviderError|ExpiredToken(Exception)?|InvalidClientTokenId|UnrecognizedClientException)$/;
const refused = /^(AccessDenied(Exception)?|AuthorizationError|UnauthorizedOperation|NotAuthorized)$/;

/** AWS said no, or could not be asked. Only the name of its error is kept: messages of AWS may repeat what was sent. */
export class AwsRefused extends NightporterError {
  /** Such as `AccessDeniedException`, or Node's code of a lost connection. */
  readonly awsError: string;

  constructor(code: ErrorCode, message: string, awsError: string) {
    super(code, message);
    this.awsError = awsError;
  }
}

/**
 * One call to AWS; its failure becomes one sentence that names the permission and AWS's error.
 * @param action as in a policy: `lambda:InvokeFunction`
 * @throws AwsRefused `AWS_REFUSED`, or `ENVIRONMENT_INVALID` without credentials or region
 */
export async function askAws<T>(action: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw sentence(action, error instanceof Error ? error : new Error('unknown'));
  }
}

/** Whether a failure of `askAws` is AWS's error of that name. */
export function isAwsError(error: unknown, name: string): boolean {
  return error instanceof AwsRefused && error.awsError === name;
}

export function isDenied(error: unknown): boolean {
  return error instanceof AwsRefused && refused.test(error.awsError);
}

function sentence(action: string, error: Error): AwsRefused {
  const name = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  if (signedOut.test(name)) return new AwsRefused('ENVIRONMENT_INVALID', `Sign in to AWS: there are no valid credentials (${name}).`, name);
  if (/region is missing/i.test(error.message))
    return new AwsRefused('ENVIRONMENT_INVALID', 'Name the region: --region, or AWS_REGION.', name);
  if (refused.test(name)) return new AwsRefused('AWS_REFUSED', `Let your identity do ${action}: AWS refused it (${name}).`, name);
  if (name === 'InvalidRequestException' && action.startsWith('secretsmanager:')) {
    const sentence = `Restore the secret with "aws secretsmanager restore-secret": ${action} is refused while it is marked for deletion (${name}).`;
    return new AwsRefused('AWS_REFUSED', sentence, name);
  }
  return new AwsRefused('AWS_REFUSED', `Try again, or look ${action} up: AWS answered with ${name}.`, name);
}
