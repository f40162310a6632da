import type { GrantDiagnosis } from '../declare/capability.ts';
import { NightporterError } from '../errors.ts';
import {
  appAccessOnly,
  asUserOff,
  type Cause,
  itemForbidden,
  notAnAdministrator,
  notAuthorized,
  requestAltered,
  scopeMissing,
  tokenRevoked,
  unusableUser,
  userTokensOff,
  wrongEnterprise,
  wrongPair,
  wrongType,
} from './causes.ts';
import type { Subject } from './subject.ts';

interface Refusal {
  /** OAuth error codes with which Box says it. */
  readonly errors: readonly string[];
  /** Of a call with a token, by its HTTP status; left out: of a token request, which Box refuses with 400. */
  readonly status?: 401 | 403;
  /** Whether the call was made with the header `as-user`; left out: either way. */
  readonly asUser?: boolean;
  /** Left out: any description. */
  readonly description?: RegExp;
  readonly causes: readonly Cause[];
}

/** What Box says when it refuses, and why it does, most likely cause first (Box docs, "Common errors"; support threads). The first that fits counts. */
export const refusals: readonly Refusal[] = [
  {
    errors: ['invalid_grant'],
    description: /grant credentials/i,
    // "App Access Only" never keeps a token from the service account.
    causes: [wrongEnterprise, { ...appAccessOnly, subject: 'user' }, userTokensOff, notAuthorized, unusableUser, wrongPair],
  },
  { errors: ['invalid_client'], causes: [wrongPair, wrongType] },
  { errors: ['unauthorized_client'], description: /not authorized by the enterprise/i, causes: [notAuthorized, wrongEnterprise] },
  {
    errors: ['unauthorized_client'],
    description: /box_subject_type/i,
    causes: [appAccessOnly, wrongType, userTokensOff, notAuthorized],
  },
  { errors: ['invalid_request'], description: /cannot obtain user token/i, causes: [userTokensOff, appAccessOnly, notAuthorized] },
  { errors: ['invalid_request'], description: /parameter/i, causes: [requestAltered] },
  { errors: ['unauthorized_client', 'invalid_request'], description: /grant type/i, causes: [wrongType] },
  { errors: ['insufficient_scope'], causes: [scopeMissing] },
  { errors: ['invalid_grant'], description: /'exp' claim/i, causes: [wrongType] },
  { errors: ['invalid_token'], status: 401, causes: [tokenRevoked, notAuthorized] },
  { errors: ['insufficient_scope'], status: 403, asUser: false, causes: [scopeMissing, notAnAdministrator] },
  // Box says the same of the switch, and of a user whom nobody can be.
  { errors: ['insufficient_scope'], status: 403, asUser: true, causes: [asUserOff, unusableUser, appAccessOnly, scopeMissing] },
  { errors: ['access_denied_insufficient_permissions'], status: 403, causes: [itemForbidden, scopeMissing] },
];

const unknown: readonly Cause[] = [wrongPair, notAuthorized];

/** The likely causes of a refusal for this subject, most likely first; never empty. */
export function diagnose(error: string, description: string, subject: Subject): GrantDiagnosis {
  const known = refusals.find(
    (refusal) => refusal.status === undefined && refusal.errors.includes(error) && (refusal.description?.test(description) ?? true),
  );
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

export interface RefusedCall {
  readonly status: number;
  /** Box's word for it, where it said one. */
  readonly code?: string | undefined;
  /** Whether the call was made with the header `as-user`. */
  readonly asUser?: boolean | undefined;
}

/** The likely causes of a call that Box refused, most likely first; empty for what is no refusal of this table. */
export function causesOfCall({ status, code, asUser = false }: RefusedCall): readonly Cause[] {
  // A 401 is about the token, whatever else is said of it.
  const isSaid = ({ errors }: Refusal): boolean => code === undefined || status === 401 || errors.includes(code);
  const isIt = (refusal: Refusal): boolean => refusal.status === status && (refusal.asUser ?? asUser) === asUser && isSaid(refusal);
  return refusals.find(isIt)?.causes ?? [];
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
