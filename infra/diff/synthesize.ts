import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { App } from 'aws-cdk-lib';

/** `node infra/diff/synthesize.ts CLONE OUT STAGE...` */
const [clone = '', out = '', ...stages] = process.argv.slice(2);
const root = resolve(clone);
const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'));
// Its own, at whatever commit it is.
const { synthesizeStage } = (await import(pathToFileURL(join(root, 'infra/stage.ts')).href)) as typeof import('../stage.ts');

/** By the CDK's own command, each stage of each commit would load CDK and rules anew: most of a minute, where this is seconds. */
for (const stage of stages) {
  // Where the CDK's command says it too, resources are named by their paths.
  const app = new App({
    context: { ...context, stage, build: join(resolve(out), 'build'), 'aws:cdk:enable-path-metadata': true },
    outdir: join(resolve(out), stage),
    analyticsReporting: false,
  });
  try {
    await synthesizeStage(app, root);
    app.synth();
  } catch (error) {
    console.error(`${stage}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
