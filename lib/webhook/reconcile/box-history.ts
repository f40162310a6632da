import { dateTimeFromString } from 'box-node-sdk/internal/utils';
import type { EventsManager } from 'box-node-sdk/managers/events';
import type { FilesManager } from 'box-node-sdk/managers/files';
import type { FoldersManager } from 'box-node-sdk/managers/folders';
import * as z from 'zod/mini';
import { BoxRequestFailed } from '../../box/box-error.ts';
import type { History, Told } from './catch-up.ts';
import { happenedFrom } from './happened.ts';

export interface HistoryManagers {
  readonly events: EventsManager;
  readonly files: FilesManager;
  readonly folders: FoldersManager;
}

const fields = ['path_collection'];

/** Over the official SDK's managers. */
export function boxHistory({ events, files, folders }: HistoryManagers): History {
  return {
    async read({ from, to, types }, position) {
      const page = await events.getEvents({
        streamType: 'admin_logs',
        limit: 500,
        eventType: [...types],
        createdAfter: dateTimeFromString(new Date(from).toISOString()),
        createdBefore: dateTimeFromString(new Date(to).toISOString()),
        ...(position !== undefined && { streamPosition: position }),
      });
      const found = entriesOf(page.rawData).flatMap(toldFrom);
      const next = String(page.nextStreamPosition ?? 0);
      // Box gives 0 where it has found nothing, from which one would begin anew.
      return { events: found, position: next, isEnd: entriesOf(page.rawData).length === 0 || next === '0' };
    },
    async above({ type, id }) {
      const look =
        type === 'file' ? files.getFileById(id, { queryParams: { fields } }) : folders.getFolderById(id, { queryParams: { fields } });
      try {
        return [id, ...((await look).pathCollection?.entries ?? []).map((folder) => folder.id)];
      } catch (error) {
        if (error instanceof BoxRequestFailed && error.status === 404) return undefined;
        throw error;
      }
    },
  };
}

const versionSchema = z.object({ additional_details: z.object({ version_id: z.union([z.string(), z.number()]) }) });

function toldFrom(entry: unknown): readonly Told[] {
  const event = happenedFrom(entry);
  if (event === undefined) return [];
  return [{ ...event, versionId: versionSchema.safeParse(entry).data?.additional_details.version_id?.toString() }];
}

/** As Box wrote them: the SDK's own shape has lost ids of collaborations. */
function entriesOf(page: unknown): readonly unknown[] {
  const { entries } = page as { readonly entries?: unknown };
  return Array.isArray(entries) ? entries : [];
}
