import type { Managers } from '../../declare/manager.ts';
import type { Frame } from './frame.ts';

/** Finds the path of the last frame anew, which no cursor holds, and with one call those of the frames above it. */
export async function locate(box: Managers<'folders'>, stack: readonly Frame[], signal: AbortSignal): Promise<void> {
  const frame = stack.at(-1);
  if (!frame || frame.id === '0') return;
  signal.throwIfAborted();
  const { name = frame.id, pathCollection } = await box.folders.getFolderById(frame.id, {
    queryParams: { fields: ['name', 'path_collection'] },
  });
  const above = (pathCollection?.entries ?? []).filter(({ id }) => id !== '0');
  let path = '';
  const paths = new Map(
    [...above, { id: frame.id, name }].map(({ id, name: each }) => {
      path += `/${each ?? id}`;
      return [id, path];
    }),
  );
  for (const open of stack) open.path ??= paths.get(open.id);
}
