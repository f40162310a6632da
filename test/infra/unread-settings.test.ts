import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import { everything, stacksOf } from './stacks.ts';

async function warnings(settings: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { app } = await stacksOf('everything', { stages: { everything: { ...everything, settings } } });
  const foundation = app.node.findChild('Nightporter-everything-Foundation');
  const found = Annotations.fromStack(foundation as Parameters<typeof Annotations.fromStack>[0]);
  return found.findWarning('*', Match.stringLikeRegexp('reads it')).map(({ entry }) => String(entry.data));
}

it('a setting that nothing reads which is on is named in a warning, and no other', async () => {
  expect(await warnings({ inventoryUser: '11000001' })).toEqual([]);
  const [warning, ...more] = await warnings({ inventoryUser: '11000001', inventryUser: '11000002' });
  expect(warning).toContain('stages.everything.settings.inventryUser in cdk.json');
  expect(more).toEqual([]);
});
