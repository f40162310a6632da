import { NightporterError } from '../errors.ts';

/** Where Box is: the API's and the upload API's base addresses, without a slash at the end. */
export interface BoxEndpoints {
  readonly apiUrl: string;
  readonly uploadUrl: string;
}

export const boxEndpoints: BoxEndpoints = {
  apiUrl: 'https://api.box.com',
  uploadUrl: 'https://upload.box.com/api',
};

/** Everything that may be sent a token or a secret: Box's own domains, and subdomains of them. */
const boxDomains = ['box.com', 'boxcloud.com'];

/** Those that have been looked at: parsing an address would cost the first call, with little processor time, half a millisecond. */
const trustedOrigins = new Set<string>(['https://api.box.com', 'https://upload.box.com']);

/** The host that `BOX_ENDPOINT_URL` names; its downloads come from another port. Lambda's own interface is on loopback too: nothing else may be. */
const simulatorHosts = new Set<string>();

const loopback = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/;

/**
 * Box itself, or the simulator on this machine that `BOX_ENDPOINT_URL` names: whoever could point it elsewhere would receive the client secret.
 * @throws NightporterError `BOX_ENDPOINT_REFUSED`
 */
export function resolveEndpoints(override: string | undefined): BoxEndpoints {
  if (override === undefined) return boxEndpoints;
  const url = parse(override);
  if (url.pathname !== '/' || url.search || url.hash || !(isBox(url) || isLoopback(url))) throw refused(override);
  if (url.hostname === 'api.box.com') return boxEndpoints;
  if (isLoopback(url)) simulatorHosts.add(url.hostname);
  trustedOrigins.add(url.origin);
  return { apiUrl: url.origin, uploadUrl: `${url.origin}/upload/api` };
}

/**
 * Stops a request that would leave Box, before it carries a header: a redirect, or an address that a job made up.
 * @throws NightporterError `BOX_ENDPOINT_REFUSED`
 */
export function assertBoxUrl(url: string): void {
  const slash = url.indexOf('/', 8);
  const origin = slash < 0 ? url : url.slice(0, slash);
  if (trustedOrigins.has(origin)) return;
  const target = parse(origin);
  if (!isBox(target) && !(isLoopback(target) && simulatorHosts.has(target.hostname))) throw refused(origin);
  trustedOrigins.add(origin);
}

function isBox(url: URL): boolean {
  return (
    isAnonymous(url) &&
    url.protocol === 'https:' &&
    url.port === '' &&
    boxDomains.some((domain) => url.hostname === domain || url.hostname.endsWith(`.${domain}`))
  );
}

function isLoopback(url: URL): boolean {
  return isAnonymous(url) && /^https?:$/.test(url.protocol) && loopback.test(url.hostname);
}

function isAnonymous({ username, password }: URL): boolean {
  return username === '' && password === '';
}

function parse(text: string): URL {
  const url = URL.parse(text);
  if (!url) throw refused(text);
  return url;
}

function refused(address: string): NightporterError {
  const host = URL.parse(address)?.host ?? 'something that is no address';
  return new NightporterError(
    'BOX_ENDPOINT_REFUSED',
    `Unset BOX_ENDPOINT_URL or point it at loopback: requests to ${host} are refused, they would carry the app's secret.`,
  );
}
