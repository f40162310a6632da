import { codeOf, NightporterError } from '../errors.ts';

/**
 * A handler that lets Lambda know of a failure no more than its code and its sentence: Lambda's runtime prints whatever properties an error
 * has, and destinations repeat it to others. An error of somebody else may quote anything; our own log has what may be said of it.
 */
export function scrub<A extends readonly unknown[], R>(handle: (...given: A) => Promise<R>): (...given: A) => Promise<R> {
  return async (...given) => {
    try {
      return await handle(...given);
    } catch (error) {
      throw scrubbed(error);
    }
  };
}

function scrubbed(error: unknown): NightporterError {
  const code = codeOf(error);
  const sentence = error instanceof NightporterError ? error.message : 'Look at the log: it threw something that is not for everybody.';
  return Object.assign(new NightporterError(code, sentence), { name: code });
}
