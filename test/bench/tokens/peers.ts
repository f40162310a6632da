import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { peersFolder } from '../peers-folder.ts';

/** One use of what a peer keeps. */
export type Take = () => Promise<unknown>;

/** What the bench counts and times: a token request, or a read of a secret. */
type Ask = () => Promise<unknown>;

/** How the peers are used by people who have read their manuals. */
export interface Peers {
  /** Its token, and a call with it. */
  boxSdk(url: string): { readonly takeToken: Take; readonly call: Take };
  msal(requestToken: Ask): Take;
  google(): Take;
  powertools(readSecret: Ask): Take;
  middyHandler(readSecret: Ask): Take;
}

/** Once they are installed. */
export async function loadPeers(): Promise<Peers> {
  const modules = ['box-sdk', 'msal', 'google', 'secrets'].map((name) => pathToFileURL(join(peersFolder, 'tokens', `${name}.mjs`)).href);
  return Object.assign({}, ...(await Promise.all(modules.map((module) => import(module)))));
}
