import { boxDate } from '../box-date.ts';
import type { Enterprise } from '../enterprise.ts';
import { drawnUuid } from '../random.ts';
import { userId } from '../seed-user.ts';
import { miniUser } from '../user-fields.ts';
import type { LoginDay } from './logins.ts';

/** Something that happened. Dates in milliseconds, people by user id. */
export interface BoxEvent {
  readonly id: string;
  readonly type: string;
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
    type: 'LOGIN',
    at,
    visibleAt: at,
    by: userId(index),
    source: miniUser(user),
  };
}

export function renderEvent(enterprise: Enterprise, { id, type, at, visibleAt, by, source, details }: BoxEvent): Record<string, unknown> {
  const person = enterprise.anybody(by);
  return {
    type: 'event',
    event_id: id,
    event_type: type,
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
