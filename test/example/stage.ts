import { App } from 'aws-cdk-lib';
import { synthesizeStage } from 'nightporter/infra';

await synthesizeStage(new App(), import.meta.dirname);
