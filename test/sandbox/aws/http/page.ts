import { AwsError } from './aws-error.ts';

export interface Page<T> {
  readonly items: readonly T[];
  /** What asks for the next page; `undefined` on the last. */
  readonly next: string | undefined;
}

/**
 * One page of a list.
 * @param token what the page before gave; none for the first
 * @param size at most so many items
 * @param refusal the service's name for the error of a token that it never gave
 * @throws AwsError
 */
export function pageOf<T>(all: readonly T[], token: string | null | undefined, size: number, refusal: string): Page<T> {
  if (!/^\d*$/.test(token ?? '')) throw new AwsError(refusal, 'The token of the page is not valid.');
  const start = Number(token ?? 0);
  const end = start + size;
  return { items: all.slice(start, end), next: end < all.length ? String(end) : undefined };
}

/** How many items a page has: what is asked for, unless a page never has as many. */
export function pageSize(asked: unknown, most: number, usual = most): number {
  return Math.min(Number(asked ?? usual), most);
}
