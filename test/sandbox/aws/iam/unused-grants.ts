import type { Call } from '../journal.ts';
import type { Authorizer } from './authorize.ts';
import { type Role, statementsOf } from './identities.ts';
import { applies, type Statement } from './policy.ts';

/** One action on one resource, as a role's policy writes them, that no call has needed. */
export interface UnusedGrant {
  /** Its name. */
  readonly role: string;
  readonly action: string;
  readonly resource: string;
}

/**
 * What roles may do and never did, by the journal. A grant under a condition counts as used only when a call met the condition too, so that the use of
 * a key through one service does not speak for its use through another.
 */
export function unusedGrants(roles: readonly Role[], calls: readonly Call[], authorizer: Authorizer): readonly UnusedGrant[] {
  const allowed = Map.groupBy(
    calls.filter((call) => call.allowed),
    ({ principal }) => principal,
  );
  return roles.flatMap((role) => {
    const own = allowed.get(role.arn) ?? [];
    const isUsed = (grant: Statement) =>
      own.some((call) => {
        const judgement = applies(grant, call.action, call.resource, authorizer.contextOf(role, call));
        return 'holds' in judgement && judgement.holds;
      });
    const unused = statementsOf(role)
      .flatMap(singles)
      .filter((grant) => !isUsed(grant));
    return unused.map(({ actions, resources }) => ({ role: role.name, action: actions.join(), resource: resources.join() }));
  });
}

/** A statement that allows, as one for each of its actions on each of its resources. */
function singles(statement: Statement): readonly Statement[] {
  const { effect, actions, notActions, resources, notResources } = statement;
  if (effect === 'Deny') return [];
  const byAction = notActions ? [statement] : actions.map((action) => ({ ...statement, actions: [action] }));
  if (notResources) return byAction;
  return byAction.flatMap((each) => resources.map((resource) => ({ ...each, resources: [resource] })));
}
