/** What is read of the repository's package.json. */
export interface SourceManifest {
  readonly name: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly [key: string]: unknown;
}

/** Taken over as they are. That the repository is `private` is not: it guards against publishing sources that no one could import. */
const kept = ['name', 'version', 'description', 'license', 'type', 'engines'];

/**
 * The package.json of the tarball: paths point to `dist`, and it depends on what the compiled code imports and on nothing else.
 * @throws Error for an import that the repository does not declare
 */
export function packedManifest(source: SourceManifest, imported: ReadonlySet<string>): Readonly<Record<string, unknown>> {
  const { name, bin, exports, dependencies, peerDependencies } = source;
  const needed = [...imported].filter((each) => each !== name).toSorted();
  const undeclared = needed.filter((each) => !(each in dependencies || each in peerDependencies));
  if (undeclared.length > 0)
    throw new Error(`Declare in dependencies or peerDependencies what the package imports: ${undeclared.join(', ')}.`);
  const of = (declared: Readonly<Record<string, string>>) =>
    Object.fromEntries(needed.flatMap((each) => (declared[each] === undefined ? [] : [[each, declared[each]]])));
  return {
    ...Object.fromEntries(kept.map((key) => [key, source[key]])),
    bin: Object.fromEntries(Object.entries(bin).map(([command, path]) => [command, compiled(path, 'js')])),
    exports: Object.fromEntries(Object.entries(exports).flatMap(([key, path]) => entry(key, path))),
    files: ['dist', 'CHANGELOG.md'],
    dependencies: of(dependencies),
    peerDependencies: of(peerDependencies),
  };
}

/** What only functions import comes from the layer, not from the package. */
function entry(key: string, path: string): readonly (readonly [string, unknown])[] {
  if (key.includes('*')) return [];
  return [[key, path.endsWith('.ts') ? { types: compiled(path, 'd.ts'), default: compiled(path, 'js') } : path]];
}

function compiled(path: string, ending: string): string {
  return path.replace(/^\.\/(.*)\.ts$/, `./dist/$1.${ending}`);
}
