/** Who a token acts as: the app's service account, or a managed user (`box_subject_type` and `box_subject_id`). */
export type Subject = { readonly type: 'enterprise' } | { readonly type: 'user'; readonly id: string };

/** Names a subject in keys and logs. */
export function subjectKey(subject: Subject): string {
  return subject.type === 'user' ? `user:${subject.id}` : 'enterprise';
}
