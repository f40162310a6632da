import { describe, expect, it } from 'vitest';
import { packedManifest, type SourceManifest } from '../../infra/pack/manifest.ts';

const source: SourceManifest = {
  name: 'nightporter',
  version: '1.2.3',
  private: true,
  bin: { nightporter: './infra/cli/main.ts' },
  exports: { '.': './lib/index.ts', './entry/*': './lib/entry/*.ts', './package.json': './package.json' },
  dependencies: { used: '1.0.0', unused: '2.0.0' },
  peerDependencies: { peer: '^3.0.0' },
  scripts: { start: 'node start.ts' },
};

describe('the manifest of the tarball', () => {
  it('points to what is compiled, and keeps the scripts and the `private` of the repository to the repository', () => {
    expect(packedManifest(source, new Set(['nightporter']))).toEqual({
      name: 'nightporter',
      version: '1.2.3',
      bin: { nightporter: './dist/infra/cli/main.js' },
      exports: { '.': { types: './dist/lib/index.d.ts', default: './dist/lib/index.js' }, './package.json': './package.json' },
      files: ['dist', 'CHANGELOG.md'],
      dependencies: {},
      peerDependencies: {},
    });
  });

  it('depends on what is imported and on nothing else', () => {
    const { dependencies, peerDependencies } = packedManifest(source, new Set(['used', 'peer']));
    expect({ dependencies, peerDependencies }).toEqual({ dependencies: { used: '1.0.0' }, peerDependencies: { peer: '^3.0.0' } });
  });

  it('is not made for an import that nobody declared', () => {
    expect(() => packedManifest(source, new Set(['used', 'typescript']))).toThrow(
      'Declare in dependencies or peerDependencies what the package imports: typescript.',
    );
  });
});
