/** What Box limits apart from calls in all: developer.box.com/guides/api-calls/permissions-and-errors/rate-limits */
export type CallKind = 'call' | 'upload' | 'search';

const search = /\/2\.0\/search(?![^?#])/;

/** By its address alone: uploads, in one piece or in parts, have a host of their own, under which all paths begin with `/api`. */
export function kindOf(url: string): CallKind {
  if (url.includes('/api/2.0/files/')) return 'upload';
  return url.includes('/2.0/search') && search.test(url) ? 'search' : 'call';
}
