import type { Column, Row } from '../../declare/report.ts';
import type { PageAssets } from '../../sink/page/assets.ts';
import { renderPage } from '../../sink/page/render.ts';
import { namedColumns } from '../../sink/row.ts';
import { excess } from './brake.ts';
import type { Plan } from './plan-file.ts';

/** How many actions the page shows; the file has them all. */
const rowsShown = 1_000;

const columns: Readonly<Record<string, Column>> = {
  number: { label: 'No.', kind: 'count' },
  what: { label: 'What', kind: 'text' },
  name: { label: 'Name', kind: 'text' },
  path: { label: 'Where', kind: 'text' },
  why: { label: 'Why', kind: 'text' },
  undo: { label: 'What undoes it', kind: 'text' },
  item: { label: 'Item', kind: 'text' },
  user: { label: 'As user', kind: 'text' },
};

export interface PlanPage {
  readonly plan: Plan;
  readonly sha256: string;
  /** S3's version of the plan's file, which the hash is of. */
  readonly versionId: string;
  readonly file: string;
  readonly generatedAt: Date;
}

/** A plan for people: the same page as a report's, with the same policy that lets nothing of what is written on it run. */
export function planPage({ plan, sha256, versionId, file, generatedAt }: PlanPage, assets: PageAssets): string {
  const { job, run, dueTime, actions, considered } = plan;
  const rows = actions.slice(0, rowsShown).map(
    ({ label, effect, item, why, undo, user }, index): Row<string> => ({
      number: index + 1,
      what: effect === 'visible' ? `${label} (people see it)` : label,
      name: item.name ?? null,
      path: item.path ?? null,
      why,
      undo: undo ?? 'Nothing',
      item: `${item.type} ${item.id}`,
      user,
    }),
  );
  const order = { label: 'In the order of their application', by: 'number', direction: 'ascending' } as const;
  return renderPage(
    {
      title: `Plan of ${job}`,
      description: 'What this run would change. Nothing on this list has been done.',
      run: { id: run, job, scheduledTime: new Date(dueTime) },
      generatedAt,
      columns: namedColumns(columns),
      rows: actions.length,
      selections: [{ ...order, matching: actions.length, rows }],
      summary: {
        totals: [
          { label: 'Actions', value: actions.length, kind: 'count' },
          { label: 'Looked at', value: considered, kind: 'count' },
        ],
        charts: kinds(plan),
        notes: notes(plan, sha256, versionId),
      },
      names: [file],
    },
    assets,
  );
}

function kinds({ actions }: Plan): readonly { title: string; shape: 'bar'; kind: 'count'; labels: string[]; values: number[] }[] {
  const counts = new Map<string, number>();
  for (const { label } of actions) counts.set(label, (counts.get(label) ?? 0) + 1);
  if (counts.size < 2) return [];
  return [{ title: 'By kind', shape: 'bar', kind: 'count', labels: [...counts.keys()], values: [...counts.values()] }];
}

function notes(plan: Plan, sha256: string, versionId: string): string[] {
  const reason = excess({ actions: plan.actions.length, considered: plan.considered }, plan.limits);
  return [
    ...plan.incomplete.map((sentence) => `This plan may not be applied, because it is incomplete: ${sentence}`),
    ...(reason === undefined ? [] : [`This plan is larger than its limits: ${reason}.`]),
    ...(plan.params ? [`This run was given params of its own instead of the stage's: ${JSON.stringify(plan.params)}`] : []),
    `The plan's SHA-256 is ${sha256}, its version in S3 is ${versionId}. An approval is for exactly these.`,
  ];
}
