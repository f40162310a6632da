import * as z from 'zod/mini';
import type { FreshGrants, GrantOutcome } from '../../declare/capability.ts';
import { environment, json } from '../../env.ts';
import { NightporterError } from '../../errors.ts';
import { GrantRefused } from '../../token/diagnosis.ts';
import type { CapabilityProvider } from '../provider.ts';

const subjectTypesSchema = z.array(z.enum(['enterprise', 'user']));

/** `grant:fresh`: token requests that bypass every cache, for a check that must not be fooled by one. */
export const capability: CapabilityProvider = {
  async prepare({ tokens }) {
    const parsed = subjectTypesSchema.safeParse(json(environment.subjectTypesInUse));
    if (!parsed.success)
      throw new NightporterError('ENVIRONMENT_INVALID', `Deploy again: ${environment.subjectTypesInUse} must list subject types.`);
    return ({ signal, remainingMs }) => {
      const grants: FreshGrants = {
        subjectTypesInUse: parsed.data,
        async mint(subject): Promise<GrantOutcome> {
          try {
            const { expiresAt } = await tokens.mint(subject, { signal, remainingMs });
            return {
              subjectType: subject.type,
              granted: true,
              expiresInSeconds: Math.round((expiresAt - Date.now()) / 1000),
            };
          } catch (error) {
            if (!(error instanceof GrantRefused)) throw error;
            return {
              subjectType: subject.type,
              granted: false,
              diagnosis: error.diagnosis,
            };
          }
        },
      };
      return { properties: { grants } };
    };
  },
};
