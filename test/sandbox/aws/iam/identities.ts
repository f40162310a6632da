import { createHash, randomBytes } from 'node:crypto';
import type { Statement } from './policy.ts';

/** Keys as AWS hands them out; the secret part is never verified. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Its own credentials are handed to the functions that run as it. */
export interface Role extends Credentials {
  readonly name: string;
  readonly arn: string;
  readonly id: string;
  trust: readonly Statement[];
  /** By what declares them: logical id of the inline policy, or ARN of the managed one. */
  readonly policies: Map<string, readonly Statement[]>;
  /** Permissions boundary: nothing is allowed that it does not allow too. */
  boundary: readonly Statement[] | undefined;
}

/** Credentials that AssumeRole gave. */
export interface Session extends Credentials {
  readonly role: Role;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export interface Operator {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

/**
 * `operator` is allowed everything but what a resource's own policy denies it: it is the person at the desk, in an administrator's role, and not
 * a part of the deployment.
 */
export type Principal = Role | 'operator';

/** A service that acts as itself, and not as a role. */
export interface ServicePrincipal {
  /** `sns.amazonaws.com` */
  readonly service: string;
}

const operatorRole = 'operator';

/** As policies see it: with a path, as the roles of an identity center have one. */
export function operatorRoleArn(accountId: string): string {
  return `arn:aws:iam::${accountId}:role/sandbox/${operatorRole}`;
}

/** As services name who asks: without the path. */
export function operatorSessionArn(accountId: string): string {
  return `arn:aws:sts::${accountId}:assumed-role/${operatorRole}/desk`;
}

export class Identities {
  readonly operator: Operator;
  readonly #roles = new Map<string, Role>();
  readonly #sessions = new Map<string, Session>();

  constructor(region: string) {
    this.operator = { accessKeyId: 'AKIASANDBOXOPERATOR0', secretAccessKey: 'sandbox-operator', region };
  }

  /** @throws Error when there is one of that name already. */
  addRole(name: string, arn: string, trust: readonly Statement[]): Role {
    if (this.#roles.has(name)) throw new Error(`The role ${name} exists already.`);
    const hash = createHash('sha256').update(arn).digest('hex');
    const role: Role = {
      name,
      arn,
      id: `AROA${hash.slice(0, 16).toUpperCase()}`,
      // ASIA is how the access key ids of temporary credentials start.
      accessKeyId: `ASIA${hash.slice(0, 16).toUpperCase()}`,
      secretAccessKey: `sandbox-${hash.slice(16, 40)}`,
      sessionToken: `sandbox-session-${hash.slice(40)}`,
      trust,
      policies: new Map(),
      boundary: undefined,
    };
    this.#roles.set(name, role);
    return role;
  }

  removeRole(name: string): void {
    this.#roles.delete(name);
  }

  addSession(role: Role, name: string, expiresAt: number): Session {
    const random = randomBytes(32).toString('hex').toUpperCase();
    const accessKeyId = `ASIA${random.slice(0, 16)}`;
    const session = { role, name, expiresAt, accessKeyId, secretAccessKey: random.slice(16, 40), sessionToken: random.slice(40) };
    this.#sessions.set(accessKeyId, session);
    return session;
  }

  get roles(): readonly Role[] {
    return [...this.#roles.values()];
  }

  /** By name or ARN. @throws Error when the template names a role that it does not hold. */
  role(nameOrArn: string): Role {
    const role = this.#roles.get(nameOrArn) ?? this.#roles.values().find((candidate) => candidate.arn === nameOrArn);
    if (role === undefined) throw new Error(`The role ${nameOrArn} is not deployed.`);
    return role;
  }

  session(accessKeyId: string): Session | undefined {
    return this.#sessions.get(accessKeyId);
  }

  byAccessKey(accessKeyId: string): Principal | undefined {
    if (accessKeyId === this.operator.accessKeyId) return 'operator';
    const role = this.#sessions.get(accessKeyId)?.role ?? this.#roles.values().find((each) => each.accessKeyId === accessKeyId);
    return role !== undefined && this.#roles.get(role.name) === role ? role : undefined;
  }
}

export function statementsOf(role: Role): readonly Statement[] {
  return [...role.policies.values()].flat();
}

export function principalName(principal: Principal | ServicePrincipal | undefined): string {
  if (principal === undefined) return 'unknown';
  if (typeof principal === 'object' && 'service' in principal) return principal.service;
  return principal === 'operator' ? principal : principal.arn;
}
