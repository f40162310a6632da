import type { ReceivedEvent } from './event.ts';

/** What can befall one thing once only, so that its own id is enough. */
const once = /^((FOLDER|COLLABORATION|COMMENT|TASK_ASSIGNMENT)\.CREATED|COLLABORATION\.(ACCEPTED|REJECTED|REMOVED))$/;

/**
 * Names what happened, not the message that tells it: the same whether Box's webhook told it or, later, the enterprise's events, which have
 * ids of their own. Made of the trigger, what it befell, and the version of a file; of the second in which it happened, where nothing else
 * tells two of them apart.
 */
export function markerOf({ trigger, source, created_at }: ReceivedEvent): string {
  const version = trigger === 'FILE.UPLOADED' ? versionIn(source) : undefined;
  const which = once.test(trigger) ? undefined : (version ?? String(Math.floor(Date.parse(created_at) / 1000)));
  return [trigger, source?.type, source?.id, which].filter((part) => part !== undefined).join('-');
}

/** Only an upload makes a version: of everything else that befalls a file, any number can befall the same one. */
function versionIn(source: ReceivedEvent['source']): string | undefined {
  const { id } = (source?.file_version ?? {}) as { readonly id?: unknown };
  return typeof id === 'string' && /^\d{1,20}$/.test(id) ? id : undefined;
}
