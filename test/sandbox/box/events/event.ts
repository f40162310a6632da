import { boxDate } from '../box-date.ts';
import type { Enterprise } from '../enterprise/enterprise.ts';
import { drawnUuid } from '../enterprise/random.ts';
import { userId } from '../enterprise/seed-user.ts';
import { miniUser } from '../people/user-fields.ts';
import { externalById } from '../sharing/external-user.ts';
import { type Action, actionNames } from './action.ts';
import type { LoginDay } from './logins.ts';

/** Something that happened. Dates in milliseconds, people by user id. */
export interface BoxEvent {
  readonly id: string;
  readonly action: Action;
  readonly at: number;
  /** When the streams begin to show it. */
  readonly visibleAt: number;
  /** `2` is what Box has for nobody in particular. */
  readonly by: string;
  readonly source: Readonly<Record<string, unknown>> | undefined;
  /** Whose item it was. */
  readonly owner?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The nth login of a seeded day. */
export function loginEvent(seed: number, enterprise: Enterprise, { users, times }: LoginDay, nth: number): BoxEvent {
  const index = users[nth] ?? 0;
  const at = times[nth] ?? 0;
  const user = enterprise.userAt(index);
  return {
    id: drawnUuid(seed ^ Math.floor(at / 1000), index),
    action: 'LOGIN',
    at,
    visibleAt: at,
    by: userId(index),
    source: miniUser(user),
  };
}

/** Whose stream: that of a user or, in `admin_logs` and `admin_logs_streaming`, the enterprise's. Each has its own names. */
export type StreamKind = 'enterprise' | 'user';

/** `undefined` where such a stream does not tell of it. */
export function eventType({ action }: Pick<BoxEvent, 'action'>, kind: StreamKind): string | undefined {
  return actionNames[action][kind];
}

export function renderEvent(enterprise: Enterprise, event: BoxEvent, kind: StreamKind): Record<string, unknown> {
  const { id, at, visibleAt, by, source, details } = event;
  const person = enterprise.anybody(by) ?? externalById(enterprise.plan.seed, by);
  return {
    type: 'event',
    event_id: id,
    event_type: eventType(event, kind),
    created_at: boxDate(at),
    recorded_at: boxDate(visibleAt),
    created_by: person ? miniUser(person) : { type: 'user', id: '2', name: 'Unknown User', login: '' },
    source: source ?? null,
    additional_details: details ?? {},
  };
}

/** Chronological; what happened at the same moment, by id. */
export function byTime(one: Pick<BoxEvent, 'at' | 'id'>, other: Pick<BoxEvent, 'at' | 'id'>): number {
  return one.at - other.at || (one.id < other.id ? -1 : one.id > other.id ? 1 : 0);
}
