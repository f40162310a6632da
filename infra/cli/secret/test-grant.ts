import { NightporterError } from '../../../lib/errors.ts';
import { parseCredentials } from '../../../lib/token/credentials.ts';
import { freshGrant } from '../box/grant.ts';
import { readSecret } from '../box/read-secret.ts';
import type { Cli } from '../cli.ts';
import { type Check, failedCheck, works } from '../doctor/check.ts';
import { duration } from '../output.ts';

export interface GrantTest {
  readonly versionId: string;
  readonly check: Check;
}

/** One fresh grant as the service account with the version that carries this stage; a refusal of Box is a result, and so is its silence. */
export async function testGrant(cli: Cli, secretArn: string, versionStage: 'AWSCURRENT' | 'AWSPENDING'): Promise<GrantTest> {
  const { text, versionId } = await readSecret(cli, { secretArn, versionStage });
  const credentials = parseCredentials(text, versionId);
  const check = 'grant as service account';
  return freshGrant(credentials, { type: 'enterprise' }).then(
    ({ lifeMs }) => ({ versionId, check: works(check, `a token for ${duration(lifeMs)}`) }),
    (error) => {
      if (error instanceof NightporterError && error.code === 'BOX_ENDPOINT_REFUSED') throw error;
      return { versionId, check: failedCheck(check, error) };
    },
  );
}
