import type { UnusableKey } from '../kms/key-refusal.ts';
import type { RequestContext } from './condition.ts';
import { operatorRoleArn, type Principal, type Role, statementsOf } from './identities.ts';
import { applies, type Statement } from './policy.ts';

/** One action on one resource, with the condition keys that come with the request. */
export interface Need {
  readonly action: string;
  readonly resource: string;
  readonly context?: RequestContext;
}

export type Decision = { readonly allowed: true } | Refusal;

export interface Refusal {
  readonly allowed: false;
  readonly reason: string;
  /** Policies allow it, but the key that it needs can't be used now. */
  readonly key?: UnusableKey;
}

type Verdict = 'allow' | 'deny' | 'silent' | { readonly unknown: string };

const allowed: Decision = { allowed: true };
const refused = (reason: string): Decision => ({ allowed: false, reason });

/**
 * Decides as IAM does within one account: an explicit deny anywhere wins; else an allow of the role's policies or of the resource's own policy is
 * needed, and of the role's permissions boundary too where it has one.
 * KMS keys and roles differ: without a word in the key's (trust) policy nobody gets in, and only where that trusts the account do the role's policies count.
 */
export class Authorizer {
  readonly #accountId: string;
  readonly #region: string;
  readonly #now: () => number;
  /** By resource, then by what declares them. */
  readonly #resourcePolicies = new Map<string, Map<string, readonly Statement[]>>();
  /** By ARN, of functions, log groups, queues and tables alone: conditions on the tags of anything else are refused as unknown. */
  readonly #tags = new Map<string, Readonly<Record<string, string>>>();

  constructor(accountId: string, region: string, now: () => number) {
    this.#accountId = accountId;
    this.#region = region;
    this.#now = now;
  }

  get #accountRoot(): string {
    return `arn:aws:iam::${this.#accountId}:root`;
  }

  /**
   * The policy of a bucket also speaks for its objects, whose ARNs its statements name.
   * @param source what declares it; its former statements are replaced
   */
  setResourcePolicy(resource: string, source: string, statements: readonly Statement[]): void {
    const policies = this.#resourcePolicies.get(resource) ?? new Map<string, readonly Statement[]>();
    this.#resourcePolicies.set(resource, policies.set(source, statements));
  }

  /** @param arn of a function, without a qualifier, of a log group, without what is in it, of a queue or of a table */
  setTags(arn: string, tags: Readonly<Record<string, string>>): void {
    this.#tags.set(arn, tags);
  }

  removeResourcePolicy(resource: string, source: string): void {
    this.#resourcePolicies.get(resource)?.delete(source);
  }

  /** @param sessionName of the credentials that AssumeRole gave; those of functions have none here */
  decide(principal: Principal, need: Need, sessionName?: string): Decision {
    // AWS doc: "No permissions are required to perform this operation", and none can take it away.
    if (need.action === 'sts:GetCallerIdentity') return allowed;
    if (principal === 'operator') return this.#decideForOperator(need);
    const context = this.contextOf(principal, need);
    const policy = this.#policyOf(need.resource);
    const ofRole = verdict(statementsOf(principal), need, context);
    const ofBoundary = principal.boundary === undefined ? 'allow' : verdict(principal.boundary, need, context);
    const ofResource = verdict(this.#about(policy, principal, sessionName), need, context);
    const unknown = [ofRole, ofBoundary, ofResource].find((each) => typeof each === 'object');
    if (unknown !== undefined) return refused(`The sandbox cannot judge ${unknown.unknown}, so it refuses.`);
    if (ofRole === 'deny') return refused("An explicit deny in the role's policies.");
    if (ofBoundary === 'deny') return refused("An explicit deny in the role's permissions boundary.");
    if (ofResource === 'deny') return refused("An explicit deny in the resource's policy.");
    if (ofBoundary !== 'allow') return refused(`The role's permissions boundary does not allow ${need.action} on ${need.resource}.`);
    if (need.resource.startsWith('arn:aws:kms:')) return this.#decideByOwnPolicy(policy, ofRole, ofResource, need, context, 'key');
    if (need.action === 'sts:AssumeRole') return this.#decideByOwnPolicy(policy, ofRole, ofResource, need, context, 'role');
    if (ofRole === 'allow' || ofResource === 'allow') return allowed;
    return refused(`No policy of the role allows ${need.action} on ${need.resource}.`);
  }

  /** Whether the role's trust policy lets a service take it on. */
  mayAssume(role: Role, service: string, sourceArn: string): Decision {
    const context = { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': this.#accountId };
    const statements = role.trust.filter(
      ({ effect, principals }) => principals?.services.includes(service) || (effect === 'Deny' && principals?.aws.includes('*')),
    );
    if (verdict(statements, assumption, context) === 'allow') return allowed;
    return refused(`The trust policy of ${role.arn} does not let ${service} assume it.`);
  }

  /** Whether the resource's own policy lets a service act on it by itself: no role's policies count. */
  decideForService(service: string, need: Need, sourceArn: string): Decision {
    const source = { 'aws:PrincipalIsAWSService': 'true', 'aws:SourceArn': sourceArn, 'aws:SourceAccount': this.#accountId };
    const statements = this.#policyOf(need.resource).filter(
      ({ principals }) => principals?.services.includes(service) || principals?.aws.includes('*'),
    );
    const ofResource = verdict(statements, need, { ...this.#environment(), ...source, ...need.context });
    if (typeof ofResource === 'object') return refused(`The sandbox cannot judge ${ofResource.unknown}, so it refuses.`);
    if (ofResource === 'allow') return allowed;
    return refused(`The policy of ${need.resource} does not let ${service} do ${need.action} for ${sourceArn}.`);
  }

  /** Whether the role's trust policy names the account or everybody: what the operator needs, whose own permissions have no limit. */
  operatorMayAssume(role: Role): Decision {
    const statements = about(role.trust, [this.#accountRoot, operatorRoleArn(this.#accountId), '*']);
    if (verdict(statements, assumption, {}) === 'allow') return allowed;
    return refused(`The trust policy of ${role.arn} does not let the operator assume it.`);
  }

  #decideForOperator(need: Need): Decision {
    const arn = operatorRoleArn(this.#accountId);
    const denials = this.#policyOf(need.resource).filter(({ effect }) => effect === 'Deny');
    const ofResource = verdict(about(denials, [arn, this.#accountRoot, '*']), need, this.contextOf({ arn }, need));
    if (typeof ofResource === 'object') return refused(`The sandbox cannot judge ${ofResource.unknown}, so it refuses.`);
    return ofResource === 'deny' ? refused("An explicit deny in the resource's policy.") : allowed;
  }

  /** All keys that conditions see. */
  contextOf(role: Pick<Role, 'arn'>, need: Need): RequestContext {
    return {
      'aws:PrincipalArn': role.arn,
      'aws:PrincipalAccount': this.#accountId,
      'aws:PrincipalIsAWSService': 'false',
      'aws:PrincipalType': 'AssumedRole',
      'aws:ViaAWSService': 'false',
      ...this.#environment(),
      'kms:CallerAccount': this.#accountId,
      ...this.#tagsOf(need.resource),
      ...need.context,
    };
  }

  #environment(): RequestContext {
    return {
      'aws:RequestedRegion': this.#region,
      // The sandbox speaks plain http on loopback in the place of TLS.
      'aws:SecureTransport': 'true',
      'aws:CurrentTime': new Date(this.#now()).toISOString(),
      'aws:EpochTime': String(Math.floor(this.#now() / 1000)),
    };
  }

  /** A version, an alias and an execution have the tags of their function, and what is in a log group those of the group. */
  #tagsOf(resource: string): RequestContext {
    const tags = this.#tags.get(resource.split(':').slice(0, 7).join(':')) ?? {};
    return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value]));
  }

  #policyOf(resource: string): readonly Statement[] {
    return [...(this.#resourcePolicies.get(owner(resource))?.values() ?? [])].flat();
  }

  /**
   * The statements of a resource that speak to a role. The account's root in an allow only hands the decision to the role's policies; in a deny it is
   * everybody in the account.
   */
  #about(statements: readonly Statement[], role: Role, sessionName: string | undefined): readonly Statement[] {
    const sessions = `arn:aws:sts::${this.#accountId}:assumed-role/${role.name}/`;
    const isSession = (name: string) => name.startsWith(sessions) && (sessionName === undefined || name === `${sessions}${sessionName}`);
    const denied = (name: string) => name === this.#accountRoot || isSession(name);
    return statements.filter(({ effect, principals }) =>
      principals?.aws.some((name) => name === role.arn || name === '*' || (effect === 'Deny' && denied(name))),
    );
  }

  #decideByOwnPolicy(
    policy: readonly Statement[],
    ofRole: Verdict,
    ofResource: Verdict,
    need: Need,
    context: RequestContext,
    what: 'key' | 'role',
  ): Decision {
    if (ofResource === 'allow') return allowed;
    const ofAccount = verdict(about(policy, [this.#accountRoot]), need, context);
    if (typeof ofAccount === 'object') return refused(`The sandbox cannot judge ${ofAccount.unknown}, so it refuses.`);
    if (ofAccount === 'allow' && ofRole === 'allow') return allowed;
    const missing =
      ofAccount === 'allow'
        ? `no policy of the role allows it, and the ${what}'s policy names the account only`
        : `the ${what}'s policy does not allow it`;
    return refused(`${need.action} on ${need.resource}: ${missing}.`);
  }
}

const assumption: Need = { action: 'sts:AssumeRole', resource: '*' };

function verdict(statements: readonly Statement[], need: Need, context: RequestContext): Verdict {
  let result: Verdict = 'silent';
  for (const statement of statements) {
    const judgement = applies(statement, need.action, need.resource, context);
    if ('unknown' in judgement) return judgement;
    if (!judgement.holds) continue;
    if (statement.effect === 'Deny') return 'deny';
    result = 'allow';
  }
  return result;
}

function about(statements: readonly Statement[], principals: readonly string[]): readonly Statement[] {
  return statements.filter((statement) => statement.principals?.aws.some((principal) => principals.includes(principal)));
}

function owner(resource: string): string {
  return resource.startsWith('arn:aws:s3:::') ? (resource.split('/')[0] ?? resource) : resource;
}
