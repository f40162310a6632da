import { parseCredentials } from '../../../lib/token/credentials.ts';
import { GrantRefused } from '../../../lib/token/diagnosis.ts';
import { freshGrant } from '../box/grant.ts';
import { readSecret } from '../box/read-secret.ts';
import type { Cli } from '../cli.ts';
import { type Check, failedCheck, works } from '../doctor/check.ts';
import { duration } from '../output.ts';

export interface GrantTest {
  readonly versionId: string;
  readonly check: Check;
}

/** One fresh grant as the service account with the version that carries this stage; a refusal of Box is a result. */
export async function testGrant(cli: Cli, secretArn: string, versionStage: 'AWSCURRENT' | 'AWSPENDING'): Promise<GrantTest> {
  const { text, versionId } = await readSecret(cli, secretArn, versionStage);
  const check = 'grant as service account';
  try {
    const { lifeMs } = await freshGrant(parseCredentials(text, versionId), { type: 'enterprise' });
    return { versionId, check: works(check, `a token for ${duration(lifeMs)}`) };
  } catch (error) {
    if (!(error instanceof GrantRefused)) throw error;
    return { versionId, check: failedCheck(check, error) };
  }
}
