import { AwsError } from '../http/aws-error.ts';

/** What a caller names: a function, and which version or alias of it. */
export interface FunctionReference {
  readonly name: string;
  readonly qualifier?: string;
}

const forms = /^(?:arn:aws:lambda:[^:]*:\d+:function:|\d+:function:)?([\w-]+)(?::([\w$-]+))?$/;

/**
 * Reads a name, a partial ARN or an ARN, each with or without a qualifier.
 * @param qualifier as it came beside the reference
 * @throws AwsError `ValidationException` for another form, `InvalidParameterValueException` for two qualifiers that differ
 */
export function parseReference(text: string, qualifier?: string): FunctionReference {
  const [, name, ofText] = forms.exec(text) ?? [];
  if (name === undefined) throw new AwsError('ValidationException', `${text} does not name a function.`);
  if (ofText !== undefined && qualifier !== undefined && ofText !== qualifier) {
    const message = 'The derived qualifier from the function name does not match the specified qualifier.';
    throw new AwsError('InvalidParameterValueException', message);
  }
  const chosen = qualifier ?? ofText;
  return chosen === undefined ? { name } : { name, qualifier: chosen };
}
