import type { RowSink } from '../../declare/durable-job.ts';
import type { ReportDefinition } from '../../declare/report.ts';
import type { PartSink } from '../../run/part-sink.ts';
import { rowKind } from '../../run/publish.ts';
import { checkRow, namedColumns } from '../../sink/row.ts';

/** A report's rows on their way through a step. @throws NightporterError `REPORT_INVALID` for a row that does not fit the columns */
export function rowSink({ columns }: ReportDefinition<string>, sink: PartSink): RowSink<string> {
  const named = namedColumns(columns);
  return {
    async add(row) {
      checkRow(named, row);
      sink.add(rowKind, `${JSON.stringify(row)}\n`);
    },
  };
}
