import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseTemplate } from './template-shape.ts';

/** One stack of a synthesised CDK assembly. */
export interface AssembledStack {
  readonly name: string;
  readonly template: Template;
  /** CloudFormation deletes no such stack. */
  readonly isProtected: boolean;
  /** Asset object keys (`<hash>.zip`), as templates name them, to what they were made from. */
  readonly assets: ReadonlyMap<string, Asset>;
}

export interface Asset {
  readonly path: string;
  readonly packaging: 'zip' | 'file';
}

export interface Template {
  readonly Description?: string;
  readonly Resources?: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, TemplateOutput>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Parameters?: Readonly<
    Record<string, { readonly Type: string; readonly Default?: unknown; readonly AllowedValues?: readonly unknown[] }>
  >;
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly Condition?: string;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export interface TemplateOutput {
  readonly Value: unknown;
  readonly Export?: { readonly Name: unknown };
  readonly Description?: string;
  readonly Condition?: string;
}

interface Artifact {
  readonly type: string;
  readonly dependencies?: readonly string[];
  readonly properties?: {
    readonly templateFile?: string;
    readonly stackName?: string;
    readonly terminationProtection?: boolean;
    readonly file?: string;
    readonly directoryName?: string;
  };
}

interface AssetManifest {
  readonly files?: Readonly<
    Record<
      string,
      {
        readonly source: { readonly path?: string; readonly packaging?: 'zip' | 'file' };
        readonly destinations: Readonly<Record<string, { readonly objectKey: string }>>;
      }
    >
  >;
}

/** The stacks of an assembly folder (`cdk.out`), those that others depend on first. */
export async function readAssembly(folder: string): Promise<readonly AssembledStack[]> {
  const manifest = await readJson<{ artifacts?: Record<string, Artifact> }>(join(folder, 'manifest.json'));
  const artifacts = manifest.artifacts ?? {};
  const stacks: AssembledStack[] = [];
  const seen = new Set<string>();
  const visit = async (id: string): Promise<void> => {
    const artifact = artifacts[id];
    if (artifact === undefined || seen.has(id)) return;
    seen.add(id);
    for (const dependency of artifact.dependencies ?? []) await visit(dependency);
    if (artifact.type === 'aws:cloudformation:stack') stacks.push(await readStack(folder, id, artifact, artifacts));
    const nested = artifact.properties?.directoryName;
    if (artifact.type === 'cdk:cloud-assembly' && nested !== undefined) stacks.push(...(await readAssembly(join(folder, nested))));
  };
  for (const id of Object.keys(artifacts)) await visit(id);
  return stacks;
}

async function readStack(
  folder: string,
  id: string,
  artifact: Artifact,
  artifacts: Readonly<Record<string, Artifact>>,
): Promise<AssembledStack> {
  const name = artifact.properties?.stackName ?? id;
  const json = await readJson<unknown>(join(folder, artifact.properties?.templateFile ?? `${id}.template.json`));
  const manifests = (artifact.dependencies ?? []).flatMap((dependency) => {
    const other = artifacts[dependency];
    return other?.type === 'cdk:asset-manifest' ? [other.properties?.file ?? `${dependency}.json`] : [];
  });
  const assets = new Map<string, Asset>();
  for (const file of manifests) {
    const { files = {} } = await readJson<AssetManifest>(join(folder, file));
    for (const { source, destinations } of Object.values(files)) {
      const asset: Asset = { path: join(folder, source.path ?? ''), packaging: source.packaging ?? 'file' };
      for (const { objectKey } of Object.values(destinations)) assets.set(objectKey, asset);
    }
  }
  const isProtected = artifact.properties?.terminationProtection === true;
  return { name, template: parseTemplate(json, name), isProtected, assets };
}

async function readJson<T>(path: string): Promise<T> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch (cause) {
    throw new Error(`${path} is no part of a synthesised assembly: run cdk synth first.`, { cause });
  }
}
