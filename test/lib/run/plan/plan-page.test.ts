import { expect, it } from 'vitest';
import { planPage } from '../../../../lib/run/plan/plan-page.ts';
import { buildPageAssets } from '../../sink/page-assets.ts';
import { action, somePlan } from './some-plan.ts';

const facts = { sha256: 'ab'.repeat(32), versionId: 'v1', file: 'plan.ndjson', generatedAt: new Date('2026-11-22T02:01:00Z') };

it('shows what, where, why and what undoes it, and the hash and version that an approval is for', async () => {
  const html = planPage({ plan: somePlan(2), ...facts }, await buildPageAssets());
  for (const text of ['Remove the link', 'Report 1.pdf', 'All Files/Reports', '240 days', 'Make the link open again.'])
    expect(html).toContain(text);
  expect(html).toContain(`SHA-256 is ${facts.sha256}, its version in S3 is v1`);
  expect(html).toContain('see <code>plan.ndjson</code> beside this page');
});

it('says what may keep it from being applied', async () => {
  const html = planPage(
    { plan: somePlan(6, { considered: 10, incomplete: ['Two users could not be read.'] }), ...facts },
    await buildPageAssets(),
  );
  expect(html).toContain('may not be applied, because it is incomplete: Two users could not be read.');
  expect(html).toContain('larger than its limits: its 6 actions are more than 5 % of the 10 that it looked at');
});

it('lets nothing run that somebody has put into a name', async () => {
  const attack = '</script><script>alert(1)</script><img src=x onerror=alert(1)>';
  const item = { type: 'file', id: attack, name: attack, path: attack };
  const plan = somePlan(1, { job: attack, incomplete: [attack], actions: [action(1, { label: attack, why: attack, undo: attack, item })] });
  const html = planPage({ plan, ...facts }, await buildPageAssets());
  expect(html).not.toContain('<script>alert');
  expect(html).not.toContain('<img');
  expect(html).toContain("default-src 'none'");
});
