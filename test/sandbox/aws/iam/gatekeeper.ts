import type { Journal, OpenCall } from '../journal.ts';
import { whyUnusable } from '../kms/key-refusal.ts';
import type { Keys } from '../kms/keys.ts';
import type { Authorizer, Decision, Need } from './authorize.ts';
import { type Identities, type Principal, principalName, type ServicePrincipal } from './identities.ts';

export interface Verdict {
  readonly decision: Decision;
  /** What was written down; the last is the refused one, if any. */
  readonly calls: readonly OpenCall[];
}

/** Decides what a principal may do, and writes every question into the journal. */
export class Gatekeeper {
  readonly identities: Identities;
  readonly authorizer: Authorizer;
  readonly #keys: Keys;
  readonly #journal: Journal;
  readonly now: () => number;

  constructor(identities: Identities, authorizer: Authorizer, keys: Keys, journal: Journal, now: () => number) {
    this.identities = identities;
    this.authorizer = authorizer;
    this.#keys = keys;
    this.#journal = journal;
    this.now = now;
  }

  /** Whether AssumeRole gave these credentials, for a time that is over. */
  isExpired(accessKeyId: string): boolean {
    const session = this.identities.session(accessKeyId);
    return session !== undefined && session.expiresAt <= this.now();
  }

  /** Asks in order and stops at the first refusal. */
  ask(principal: Principal, needs: readonly Need[], sessionName?: string): Verdict {
    const calls: OpenCall[] = [];
    for (const need of needs) {
      const judged = this.authorizer.decide(principal, need, sessionName);
      const decision = judged.allowed ? this.#whetherUsable(need) : judged;
      calls.push(this.note(principal, need, decision.allowed ? undefined : decision.reason));
      if (!decision.allowed) return { decision, calls };
    }
    return { decision: { allowed: true }, calls };
  }

  /** KMS behind another service; whoever calls KMS itself hears from KMS. */
  #whetherUsable(need: Need): Decision {
    const key = need.context?.['aws:ViaAWSService'] === 'true' ? this.#keys.unusable(need) : undefined;
    return key === undefined ? { allowed: true } : { allowed: false, reason: whyUnusable(key), key };
  }

  /** For what a service does by itself, as a role: there is no HTTP answer whose status could be noted. */
  askForService(principal: Principal, needs: readonly Need[]): Decision {
    const { decision, calls } = this.ask(principal, needs);
    for (const call of calls) call.status = call.allowed ? 200 : 403;
    return decision;
  }

  /** For what a service does as itself (`sns.amazonaws.com`) on behalf of a resource: the policy of what it reaches decides alone. */
  askAsService(service: string, needs: readonly Need[], sourceArn: string): Decision {
    for (const need of needs) {
      const judged = this.authorizer.decideForService(service, need, sourceArn);
      const decision = judged.allowed ? this.#whetherUsable(need) : judged;
      const call = this.note({ service }, need, decision.allowed ? undefined : decision.reason);
      call.status = decision.allowed ? 200 : 403;
      if (!decision.allowed) return decision;
    }
    return { allowed: true };
  }

  /** What came of these calls is nothing worth a note. */
  forget(calls: readonly OpenCall[]): void {
    this.#journal.forget(calls);
  }

  /** @param reason why it was refused */
  note(principal: Principal | ServicePrincipal | undefined, need: Need, reason: string | undefined): OpenCall {
    return this.#journal.add({
      at: this.now(),
      principal: principalName(principal),
      service: need.action.split(':')[0] ?? '',
      action: need.action,
      resource: need.resource,
      context: need.context ?? {},
      allowed: reason === undefined,
      status: 0,
      ...(reason === undefined ? {} : { reason }),
    });
  }
}
