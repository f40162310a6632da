import { AwsError } from '../http/aws-error.ts';
import { queryService } from '../http/query-service.ts';
import { elements } from '../http/xml.ts';
import type { Service } from '../service.ts';
import { type Identities, operatorRoleArn } from './identities.ts';

export interface IamServiceHost {
  readonly accountId: string;
  readonly identities: Identities;
}

/** GetRole, which alone tells the path of a role whose session somebody has. */
export function identityService({ accountId, identities }: IamServiceHost): Service {
  const arnOf = (name: string): string | undefined => {
    const operator = operatorRoleArn(accountId);
    return operator.endsWith(`/${name}`) ? operator : identities.roles.find((role) => role.name === name)?.arn;
  };
  const service = queryService('iam', 'https://iam.amazonaws.com/doc/2010-05-08/', {
    GetRole: {
      needs: (form) => [{ action: 'iam:GetRole', resource: arnOf(form.get('RoleName') ?? '') ?? '*' }],
      answer: (form) => {
        const name = form.get('RoleName') ?? '';
        const arn = arnOf(name);
        if (arn === undefined) throw new AwsError('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);
        return `<Role>${elements({ RoleName: name, Arn: arn })}</Role>`;
      },
    },
  });
  return { ...service, signingRegion: 'us-east-1' };
}
