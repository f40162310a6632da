import type { Plan, PlannedAction } from '../../../../lib/run/plan/plan-file.ts';

export function action(number: number, more: Partial<PlannedAction> = {}): PlannedAction {
  return {
    id: `a${number}`,
    user: '11000001',
    what: 'remove',
    label: 'Remove the link',
    effect: 'converging',
    item: { type: 'file', id: String(500 + number), name: `Report ${number}.pdf`, path: 'All Files/Reports', etag: '3' },
    why: 'Open to everyone for 240 days, 0 downloads.',
    details: { access: 'open' },
    undo: 'Make the link open again.',
    ...more,
  };
}

export function somePlan(actions = 3, more: Partial<Plan> = {}): Plan {
  return {
    job: 'open-shared-links',
    run: 'run-1',
    dueTime: '2026-11-22T02:00:00.000Z',
    considered: 1000,
    incomplete: [],
    limits: { actions: 100, share: 0.05 },
    actions: Array.from({ length: actions }, (_, index) => action(index + 1)),
    ...more,
  };
}
