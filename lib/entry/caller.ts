import { environment, optional, required } from '../env.ts';
import type { Caller } from '../run/shared-pause.ts';

/** This function among those that call as the service account of its Box app. */
export function caller(): Caller {
  return { app: optional(environment.app) ?? 'default', name: required(environment.job) };
}
