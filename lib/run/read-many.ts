/** One by one, the objects of the largest plan would take longer than a function may. */
const readsAtOnce = 16;

/** Reads so many objects at once, and keeps their order; ends at the first batch in which one fails. */
export async function readMany<T, R>(places: readonly T[], read: (place: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  for (let from = 0; from < places.length; from += readsAtOnce)
    results.push(...(await Promise.all(places.slice(from, from + readsAtOnce).map(read))));
  return results;
}
