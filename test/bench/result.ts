import { isMet, type RowName, rows } from './rows.ts';

/** One measured row. Every key is always there, `null` where there is nothing to say. */
export interface Result {
  readonly name: RowName;
  /** What the goal is set on. */
  readonly value: number | null;
  readonly unit: string;
  /** The most that `value` may be; the least, where more is better. */
  readonly goal: number | null;
  readonly met: boolean | null;
  /** What it was measured against, in the same run. */
  readonly peer: string | null;
  readonly peerValue: number | null;
  /** `value` over `peerValue`. */
  readonly ratio: number | null;
  /** Why there is no value. */
  readonly skipped: string | null;
}

export interface Peer {
  readonly name: string;
  readonly value: number;
}

export function measured(name: RowName, value: number, peer?: Peer): Result {
  const { unit, goal } = rows[name];
  return {
    name,
    value,
    unit,
    goal,
    met: isMet(name, value),
    peer: peer?.name ?? null,
    peerValue: peer?.value ?? null,
    ratio: peer === undefined ? null : value / peer.value,
    skipped: null,
  };
}

export function skipped(name: RowName, reason: string): Result {
  const { unit, goal } = rows[name];
  return { name, value: null, unit, goal, met: null, peer: null, peerValue: null, ratio: null, skipped: reason };
}
