import type { RequestContext } from './condition.ts';
import type { Principal, Role } from './identities.ts';
import { applies, type Statement } from './policy.ts';

/** One action on one resource, with the condition keys that come with the request. */
export interface Need {
  readonly action: string;
  readonly resource: string;
  readonly context?: RequestContext;
}

export type Decision = { readonly allowed: true } | { readonly allowed: false; readonly reason: string };

type Verdict = 'allow' | 'deny' | 'silent' | { readonly unknown: string };

/**
 * Decides as IAM does within one account: an explicit deny anywhere wins; else an allow of the role's policies or of the resource's own policy is needed.
 * KMS keys differ: without a word in the key's policy nobody gets in, and only where that policy trusts the account do the role's policies count.
 */
export class Authorizer {
  readonly #accountRoot: string;
  readonly #accountId: string;
  readonly #region: string;
  readonly #resourcePolicies = new Map<string, Statement[]>();

  constructor(accountId: string, region: string) {
    this.#accountId = accountId;
    this.#region = region;
    this.#accountRoot = `arn:aws:iam::${accountId}:root`;
  }

  /** The policy of a bucket also speaks for its objects, whose ARNs its statements name. */
  addResourcePolicy(resource: string, statements: readonly Statement[]): void {
    this.#resourcePolicies.set(resource, [...(this.#resourcePolicies.get(resource) ?? []), ...statements]);
  }

  decide(principal: Principal, need: Need): Decision {
    if (principal === 'operator') return { allowed: true };
    const context = this.#context(principal, need);
    const ofRole = verdict(principal.statements, need, context);
    const policy = this.#resourcePolicies.get(owner(need.resource)) ?? [];
    const ofResource = verdict(about(policy, [principal.arn, '*']), need, context);
    const unknown = [ofRole, ofResource].find((each) => typeof each === 'object');
    if (unknown !== undefined) return { allowed: false, reason: `The sandbox cannot judge ${unknown.unknown}, so it refuses.` };
    if (ofRole === 'deny') return { allowed: false, reason: "An explicit deny in the role's policies." };
    if (ofResource === 'deny') return { allowed: false, reason: "An explicit deny in the resource's policy." };
    if (need.resource.startsWith('arn:aws:kms:')) return this.#decideOnKey(policy, ofRole, ofResource, need, context);
    if (ofRole === 'allow' || ofResource === 'allow') return { allowed: true };
    return { allowed: false, reason: `No policy of the role allows ${need.action} on ${need.resource}.` };
  }

  /** Whether the role's trust policy lets a service take it on. */
  mayAssume(role: Role, service: string, sourceArn: string): Decision {
    const need = { action: 'sts:AssumeRole', resource: '*' };
    const context = { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': this.#accountId };
    const statements = role.trust.filter((statement) => statement.principals?.services.includes(service));
    const decision = verdict(statements, need, context);
    if (decision === 'allow') return { allowed: true };
    return { allowed: false, reason: `The trust policy of ${role.arn} does not let ${service} assume it.` };
  }

  #decideOnKey(policy: readonly Statement[], ofRole: Verdict, ofKey: Verdict, need: Need, context: RequestContext): Decision {
    if (ofKey === 'allow') return { allowed: true };
    const delegated = verdict(about(policy, [this.#accountRoot]), need, context) === 'allow';
    if (delegated && ofRole === 'allow') return { allowed: true };
    const missing = delegated
      ? "no policy of the role allows it, and the key's policy names the account only"
      : "the key's policy does not allow it";
    return { allowed: false, reason: `${need.action} on ${need.resource}: ${missing}.` };
  }

  #context(role: Role, need: Need): RequestContext {
    return {
      'aws:PrincipalArn': role.arn,
      'aws:PrincipalAccount': this.#accountId,
      'aws:RequestedRegion': this.#region,
      // The sandbox speaks plain http on loopback in the place of TLS.
      'aws:SecureTransport': 'true',
      'kms:CallerAccount': this.#accountId,
      ...need.context,
    };
  }
}

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
