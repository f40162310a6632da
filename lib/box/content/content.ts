import type { Content, OwnedPage } from '../../declare/content.ts';
import { collaborationsWithin } from './collaborations.ts';
import { ownedPages } from './owned.ts';

/** The iterators of one invocation; each asks Box for nothing more once the signal has aborted, and throws its reason. */
export function contentWithin(signal: AbortSignal): Content {
  return {
    owned: (box, options) => ownedPages(box, options, signal),
    async *linked(box, { facts = [], ...options }) {
      for await (const page of ownedPages(box, { ...options, facts: [...facts, 'sharedLink'] }, signal)) {
        yield { ...page, items: page.items.filter(({ sharedLink }) => sharedLink !== null) } as OwnedPage<
          (typeof facts)[number] | 'sharedLink'
        >;
      }
    },
    ...collaborationsWithin(signal),
  };
}
