import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertBoxUrl, boxEndpoints, resolveEndpoints } from '../../../lib/box/endpoints.ts';

const refused = expect.objectContaining({ code: 'BOX_ENDPOINT_REFUSED' });

describe('BOX_ENDPOINT_URL', () => {
  it('means Box itself when it is not set', () => {
    expect(resolveEndpoints(undefined)).toEqual(boxEndpoints);
  });

  it.each(['http://127.0.0.1:4100', 'http://localhost:4100', 'https://127.0.0.1:4100', 'http://[::1]:4100'])(
    'may be loopback: %s',
    (url) => {
      expect(resolveEndpoints(url).apiUrl).toBe(url);
    },
  );

  it.each([
    'https://api.box.com.evil.example',
    'https://evilbox.com',
    'https://box.com.evil.example',
    'https://api.box.com@evil.example',
    'https://user:pass@api.box.com',
    'http://api.box.com',
    'https://api.box.com:8443',
    'https://127.0.0.1.evil.example',
    'http://localhost.evil.example',
    'http://10.0.0.1',
    'http://169.254.169.254',
    'http://0.0.0.0:4100',
    'https://api.bоx.com', // a Cyrillic о
    'https://evil.example/api.box.com',
    'https://evil.example#.box.com',
    'https://evil.example?.box.com',
    'ftp://127.0.0.1',
    'file:///etc/passwd',
    'https://api.box.com/proxy',
    'nonsense',
  ])('is refused elsewhere: %s', (url) => {
    expect(() => resolveEndpoints(url)).toThrow(refused);
  });

  it('is never trusted because of what surrounds a look-alike', () => {
    let tried = 0;
    fc.assert(
      fc.property(
        fc.domain(),
        fc.constantFrom('', 'box.com', 'api.box.com', 'boxcloud.com'),
        fc.constantFrom('.', '-', ''),
        (domain, box, glue) => {
          const host = `${box}${box && glue}${domain}`;
          if (/(^|\.)(box|boxcloud)\.com$/.test(host)) return;
          tried++;
          expect(() => assertBoxUrl(`https://${host}/2.0/users`)).toThrow(refused);
        },
      ),
    );
    expect(tried).toBeGreaterThan(50);
  });
});

describe('a request', () => {
  it.each(['https://api.box.com/2.0/users/me', 'https://upload.box.com/api/2.0/files/content', 'https://dl.boxcloud.com/d/1/x'])(
    'may go to Box: %s',
    (url) => {
      expect(() => assertBoxUrl(url)).not.toThrow();
    },
  );

  it('may go to loopback where BOX_ENDPOINT_URL names it, on any port, and nowhere else there', () => {
    const runtime = 'http://127.0.9.1:9001/2018-06-01/runtime/invocation/next';
    expect(() => assertBoxUrl(runtime)).toThrow(refused);
    resolveEndpoints('http://127.0.9.2:4100');
    expect(() => assertBoxUrl(runtime)).toThrow(refused);
    resolveEndpoints('http://127.0.9.1:4100');
    expect(() => assertBoxUrl('http://127.0.9.1:4101/d/1/x')).not.toThrow();
  });

  it.each([
    'https://api.box.com\\@evil.example/2.0',
    'https://dl.boxcloud.com.evil.example/x',
    'https://evil.example/https://api.box.com/',
  ])('to another host is refused, or goes to Box after all: %s', (url) => {
    const trusted = (() => {
      try {
        assertBoxUrl(url);
        return true;
      } catch {
        return false;
      }
    })();
    // What is trusted must be what `send` will connect to: both look at the same origin.
    if (trusted) expect(new URL(url.slice(0, url.indexOf('/', 8))).hostname).toBe('api.box.com');
  });
});
