import { createHash } from 'node:crypto';
import type { Total } from '../declare/report.ts';
import type { ReportRun } from './report.ts';
import type { WrittenFile } from './rows-file.ts';

interface ManifestFacts {
  readonly run: ReportRun;
  readonly rows: number;
  readonly totals: readonly Total[];
  readonly files: readonly WrittenFile[];
  readonly html: Uint8Array;
  readonly htmlKey: string;
  readonly generatedAt: Date;
}

/** The JSON whose presence says that a report is whole: what it counts and which files, with SHA-256, belong to it. */
export function manifestOf({ run, rows, totals, files, html, htmlKey, generatedAt }: ManifestFacts): string {
  const page: WrittenFile = { key: htmlKey, bytes: html.length, sha256: createHash('sha256').update(html).digest('hex') };
  const manifest = {
    run: run.id,
    job: run.job,
    scheduledTime: run.scheduledTime.toISOString(),
    rows,
    totals,
    files: [...files, page],
    publishedAt: generatedAt.toISOString(),
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
