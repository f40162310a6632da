/** Who starts what nobody started: EventBridge Scheduler. */
export const scheduler = 'scheduler';

interface Identity {
  /** Name of the role or of the user. */
  readonly name: string;
  /** Name of a role's session: with IAM Identity Center the person's own, with a plain AssumeRole whatever its caller chose. */
  readonly session: string | undefined;
}

/**
 * Whether two callers may be one person, as ARNs of IAM tell. One role is one person, since whoever takes it on chooses the session's name;
 * and one session name is one person, since people come with the same one in whatever role.
 * An ARN that is none is never somebody else.
 */
export function isSamePerson(one: string, other: string): boolean {
  if (one === scheduler || other === scheduler) return one === other;
  const [first, second] = [identityOf(one), identityOf(other)];
  if (first === undefined || second === undefined) return true;
  return first.name === second.name || (first.session !== undefined && first.session === second.session);
}

/** `arn:aws:sts::<account>:assumed-role/<role>/<session>`, `arn:aws:iam::<account>:user/<path>/<name>`. */
function identityOf(arn: string): Identity | undefined {
  const [, kind, rest] = /^arn:aws[a-z-]*:(?:iam|sts)::\d{12}:(assumed-role|user|role)\/(.+)$/.exec(arn) ?? [];
  if (kind === undefined || rest === undefined) return undefined;
  const parts = rest.split('/');
  if (kind !== 'assumed-role') return { name: `${kind}/${rest}`, session: parts.at(-1) };
  return parts.length === 2 ? { name: `role/${parts[0]}`, session: parts[1] } : undefined;
}
