import { environment } from '../../lib/env.ts';
import type { Fact } from './fact.ts';
import { readable } from './readable.ts';
import { resourcesOf, type Template } from './template.ts';

const meanings: Readonly<Record<string, string>> = {
  report: 'report: changes nothing',
  approve: 'approve: changes things once a person has approved',
  enforce: 'enforce: changes things by itself',
};

/** How far jobs and webhooks that change things in Box may go. */
export function modesOf(template: Template): readonly Fact[] {
  return resourcesOf(template, 'AWS::Lambda::Function').flatMap(([, { Properties: { Environment } = {} }]) => {
    const { Variables = {} } = (Environment ?? {}) as { readonly Variables?: Readonly<Record<string, unknown>> };
    const mode = Variables[environment.mode] ?? Variables[environment.webhookMode];
    if (mode === undefined) return [];
    const limits = Variables[environment.limits];
    const meaning = meanings[readable(template, mode)] ?? readable(template, mode);
    // All functions of a job are told the same.
    const name = readable(template, Variables[environment.job]);
    return [{ name, says: limits === undefined ? meaning : `${meaning}, limits ${readable(template, limits)}` }];
  });
}
