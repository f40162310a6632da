import type { Properties } from './properties.ts';

/** What conditions on `aws:ResourceTag` see of a resource. */
export function tagsOf(properties: Properties): Readonly<Record<string, string>> {
  return Object.fromEntries(properties.groups('Tags').map((tag) => [tag.text('Key'), tag.text('Value')]));
}
