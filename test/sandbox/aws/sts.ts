import { AwsError } from './http/aws-error.ts';
import { queryService } from './http/query-service.ts';
import { elements } from './http/xml.ts';
import type { Authorizer } from './iam/authorize.ts';
import { type Identities, operatorSessionArn } from './iam/identities.ts';
import type { Caller, Service } from './service.ts';

export interface TokenServiceHost {
  readonly accountId: string;
  readonly identities: Identities;
  readonly authorizer: Authorizer;
  readonly now: () => number;
}

const defaultSeconds = 3600;

/** GetCallerIdentity and AssumeRole. */
export function securityTokenService({ accountId, identities, authorizer, now }: TokenServiceHost): Service {
  return queryService('sts', 'https://sts.amazonaws.com/doc/2011-06-15/', {
    GetCallerIdentity: {
      needs: () => [{ action: 'sts:GetCallerIdentity', resource: '*' }],
      answer: (_form, caller) => elements({ ...identityOf(caller, identities, accountId), Account: accountId }),
    },
    AssumeRole: {
      needs: (form) => [{ action: 'sts:AssumeRole', resource: form.get('RoleArn') ?? '*' }],
      answer: (form, { principal }) => {
        const arn = form.get('RoleArn') ?? '';
        const role = identities.roles.find((each) => each.arn === arn);
        const isTrusted = role !== undefined && (principal !== 'operator' || authorizer.operatorMayAssume(role).allowed);
        if (!isTrusted) {
          throw new AwsError('AccessDenied', `Not authorized to perform: sts:AssumeRole on resource: ${arn}.`, 403);
        }
        const seconds = Number(form.get('DurationSeconds') ?? defaultSeconds);
        const name = form.get('RoleSessionName') ?? '';
        const session = identities.addSession(role, name, now() + seconds * 1000);
        const credentials = elements({
          AccessKeyId: session.accessKeyId,
          SecretAccessKey: session.secretAccessKey,
          SessionToken: session.sessionToken,
          Expiration: new Date(session.expiresAt).toISOString(),
        });
        const user = elements({ AssumedRoleId: `${role.id}:${name}`, Arn: sessionArn(accountId, role.name, name) });
        return `<Credentials>${credentials}</Credentials><AssumedRoleUser>${user}</AssumedRoleUser>`;
      },
    },
  });
}

function identityOf({ principal, accessKeyId }: Caller, identities: Identities, accountId: string): { Arn: string; UserId: string } {
  if (principal === 'operator') return { Arn: operatorSessionArn(accountId), UserId: 'AROASANDBOXOPERATOR0:desk' };
  // The session of a function has the function's name on AWS; here one set of credentials serves all functions of a role.
  const name = identities.session(accessKeyId)?.name ?? principal.name;
  return { Arn: sessionArn(accountId, principal.name, name), UserId: `${principal.id}:${name}` };
}

function sessionArn(accountId: string, roleName: string, sessionName: string): string {
  return `arn:aws:sts::${accountId}:assumed-role/${roleName}/${sessionName}`;
}
