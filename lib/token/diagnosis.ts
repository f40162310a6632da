import type { GrantDiagnosis } from '../declare/capability.ts';
import { NightporterError } from '../errors.ts';
import type { Subject } from './subject.ts';

interface Cause {
  readonly cause: string;
  /** Where in Box the setting is. */
  readonly setting: string;
  readonly nextStep: string;
  /** Left out: possible for both subject types. */
  readonly subject?: Subject['type'];
}

interface Refusal {
  /** OAuth error codes with which Box says it. */
  readonly errors: readonly string[];
  /** Left out: any description. */
  readonly description?: RegExp;
  readonly causes: readonly Cause[];
}

const reauthorize: Cause = {
  cause: 'The app was not authorized in this enterprise, or its settings changed after it was.',
  setting: 'Admin Console > Integrations > Platform Apps Manager',
  nextStep: 'Authorize the app again; every change of scope or access needs it, and a new token.',
};

const wrongPair: Cause = {
  cause: 'Client id and client secret do not belong together, or the secret was reset.',
  setting: 'Developer Console > the app > Configuration > OAuth 2.0 Credentials',
  nextStep: 'Copy both again into the secret in Secrets Manager; functions pick the new version up without a deploy.',
};

const wrongType: Cause = {
  cause: 'The app is not a "Server Authentication (Client Credentials Grant)" app; the type cannot be changed later.',
  setting: 'Developer Console > the app > Configuration > Authentication Method',
  nextStep: 'Create a new app of that type and put its credentials into the secret.',
};

const accessLevel: Cause = {
  cause: 'The app has "App Access Only", which does not reach managed users or enterprise endpoints.',
  setting: 'Developer Console > the app > Configuration > App Access Level',
  nextStep: 'Choose "App + Enterprise Access", save, then authorize the app again in the Admin Console.',
};

const userTokens: Cause = {
  cause: '"Generate user access tokens" is off.',
  setting: 'Developer Console > the app > Configuration > Advanced Features',
  nextStep: 'Turn it on, save, then authorize the app again in the Admin Console.',
  subject: 'user',
};

const wrongEnterprise: Cause = {
  cause: 'The enterprise id is not the one in which the app was authorized.',
  setting: 'Admin Console > Account & Billing > Account Information > Enterprise ID',
  nextStep: 'Correct enterpriseID in the secret.',
  subject: 'enterprise',
};

const unusableUser: Cause = {
  cause: 'The user is inactive, deleted, or not a managed user of this enterprise.',
  setting: 'Admin Console > Users & Groups',
  nextStep: 'Name an active managed user.',
  subject: 'user',
};

/** What Box says when it refuses a grant, and why it does, most likely cause first (Box docs, "Common errors"; support threads). */
export const refusals: readonly Refusal[] = [
  {
    errors: ['invalid_grant'],
    description: /grant credentials/i,
    causes: [accessLevel, userTokens, reauthorize, wrongEnterprise, unusableUser, wrongPair],
  },
  { errors: ['invalid_client'], causes: [wrongPair, wrongType] },
  {
    errors: ['unauthorized_client'],
    description: /not authorized by the enterprise/i,
    causes: [reauthorize, wrongEnterprise],
  },
  {
    errors: ['unauthorized_client'],
    description: /box_subject_type/i,
    causes: [accessLevel, wrongType, userTokens, reauthorize],
  },
  {
    errors: ['unauthorized_client', 'invalid_request'],
    description: /grant.type/i,
    causes: [wrongType],
  },
  {
    errors: ['insufficient_scope'],
    causes: [
      {
        cause: 'The app lacks a scope that was asked for.',
        setting: 'Developer Console > the app > Configuration > Application Scopes',
        nextStep: 'Enable the scope, save, then authorize the app again in the Admin Console.',
      },
    ],
  },
];

const unknown: readonly Cause[] = [wrongPair, reauthorize];

/** The likely causes of a refusal for this subject, most likely first; never empty. */
export function diagnose(error: string, description: string, subject: Subject): GrantDiagnosis {
  const known = refusals.find((refusal) => refusal.errors.includes(error) && (refusal.description?.test(description) ?? true));
  const causes = (known?.causes ?? unknown).filter((cause) => cause.subject === undefined || cause.subject === subject.type);
  return {
    error,
    description,
    causes: causes.map(({ cause, setting, nextStep }) => ({
      cause,
      setting,
      nextStep,
    })),
  };
}

/** Box refused a grant: retrying never helps, a person must change a setting. */
export class GrantRefused extends NightporterError {
  readonly diagnosis: GrantDiagnosis;
  readonly subjectType: Subject['type'];

  constructor(error: string, description: string, subject: Subject) {
    const diagnosis = diagnose(error, description, subject);
    const [likely] = diagnosis.causes;
    const who = subject.type === 'enterprise' ? 'the service account' : 'a managed user';
    super(
      'BOX_GRANT_REFUSED',
      `Box refused a token for ${who} (${error}: ${description}). Likely: ${likely?.cause} ${likely?.nextStep} [${likely?.setting}]`,
    );
    this.diagnosis = diagnosis;
    this.subjectType = subject.type;
  }
}
