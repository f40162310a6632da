import { AwsError } from './http/aws-error.ts';
import { jsonService, textOf } from './http/json-service.ts';
import type { Service } from './service.ts';

/** GetParameter of plain parameters, such as the version of the CDK's bootstrap stack. */
export function systemsManager(parameters: ReadonlyMap<string, string>, region: string, accountId: string): Service {
  const arn = (name: string) => `arn:aws:ssm:${region}:${accountId}:parameter/${name.replace(/^\//, '')}`;
  return jsonService('ssm', 'AmazonSSM.', {
    GetParameter: {
      needs: (input) => [{ action: 'ssm:GetParameter', resource: arn(textOf(input, 'Name') ?? '') }],
      answer: (input) => {
        const Name = textOf(input, 'Name') ?? '';
        const Value = parameters.get(Name);
        if (Value === undefined) throw new AwsError('ParameterNotFound', `Parameter ${Name} not found.`);
        return { Parameter: { Name, Value, Type: 'String', Version: 1, ARN: arn(Name), DataType: 'text' } };
      },
    },
  });
}
