/**
 * Which messages of a batch go back to the queue, by what the function answered (AWS doc: "Implementing partial batch responses"):
 * nothing or an empty list is a success; an item without an identifier, with an empty or a foreign one makes the whole batch fail.
 * @param messageIds of the batch
 */
export function failedItems(answer: unknown, messageIds: readonly string[]): readonly string[] {
  if (answer === null || answer === undefined) return [];
  if (typeof answer !== 'object') return messageIds;
  const items: unknown = (answer as { batchItemFailures?: unknown }).batchItemFailures;
  if (items === null || items === undefined) return [];
  if (!Array.isArray(items)) return messageIds;
  const failed = items.map((item: unknown) => (item as { itemIdentifier?: unknown } | null)?.itemIdentifier);
  return failed.every((id): id is string => typeof id === 'string' && messageIds.includes(id)) ? failed : messageIds;
}
