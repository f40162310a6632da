/** Undefined where Box answers 404 (deleted, or out of this user's sight) or 412 (changed since the etag that was sent). */
export async function unlessGone<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    const { status } = error as { readonly status?: unknown };
    if (status === 404 || status === 412) return undefined;
    throw error;
  }
}
