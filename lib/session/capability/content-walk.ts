import { contentWithin } from '../../box/content/content.ts';
import type { CapabilityProvider } from '../provider.ts';

/** `content:walk`: iterators over what a user owns and has shared. */
export const capability: CapabilityProvider = {
  async prepare() {
    return ({ signal }) => ({ properties: { content: contentWithin(signal) } });
  },
};
