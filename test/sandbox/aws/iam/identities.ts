import { createHash } from 'node:crypto';
import type { Statement } from './policy.ts';

/** Its credentials are handed to the functions that run as it: one access key id per role. */
export interface Role {
  readonly name: string;
  readonly arn: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly trust: readonly Statement[];
  /** Grows while the template's policies are deployed. */
  readonly statements: Statement[];
}

export interface Operator {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

/** `operator` is allowed everything: it is the person at the desk, not a part of the deployment. */
export type Principal = Role | 'operator';

export class Identities {
  readonly operator: Operator;
  readonly #roles = new Map<string, Role>();

  constructor(region: string) {
    this.operator = { accessKeyId: 'AKIASANDBOXOPERATOR0', secretAccessKey: 'sandbox-operator', region };
  }

  addRole(name: string, arn: string, trust: readonly Statement[]): Role {
    const hash = createHash('sha256').update(arn).digest('hex');
    const role: Role = {
      name,
      arn,
      // ASIA is how the access key ids of temporary credentials start.
      accessKeyId: `ASIA${hash.slice(0, 16).toUpperCase()}`,
      secretAccessKey: `sandbox-${hash.slice(16, 40)}`,
      sessionToken: `sandbox-session-${hash.slice(40)}`,
      trust,
      statements: [],
    };
    this.#roles.set(name, role);
    return role;
  }

  /** By name or ARN. @throws Error when the template names a role that it does not hold. */
  role(nameOrArn: string): Role {
    const role = this.#roles.get(nameOrArn) ?? this.#roles.values().find((candidate) => candidate.arn === nameOrArn);
    if (role === undefined) throw new Error(`The role ${nameOrArn} is not deployed.`);
    return role;
  }

  byAccessKey(accessKeyId: string): Principal | undefined {
    if (accessKeyId === this.operator.accessKeyId) return 'operator';
    return this.#roles.values().find((role) => role.accessKeyId === accessKeyId);
  }
}

export function principalName(principal: Principal | undefined): string {
  if (principal === undefined) return 'unknown';
  return principal === 'operator' ? principal : principal.arn;
}
