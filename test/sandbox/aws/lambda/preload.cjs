// Loaded before AWS's runtime client in each container. It stands in for what exists on Lambda only: the native HTTP client of the Runtime API,
// and a Node whose `import` honours NODE_PATH, which is how a function finds its layers.
'use strict';
const http = require('node:http');
const Module = require('node:module');
const net = require('node:net');
const { pathToFileURL } = require('node:url');

const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function call(method, path, body, headers = {}) {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const options = { hostname, port, method, path: `/2018-06-01/runtime/invocation/${path}`, agent, headers: { ...length, ...headers } };
    const request = http.request(options, (response) => {
      let bodyJson = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        bodyJson += chunk;
      });
      response.on('end', () => resolve({ bodyJson, headers: response.headers }));
    });
    request.on('error', reject).end(body);
  });
}

// AWS's client posts synchronously; here the next poll waits for the post.
let posted = Promise.resolve();

function post(id, path, body, headers) {
  // The sandbox waits for this mark on both streams, so that every line of an invocation is in before its outcome.
  for (const stream of [process.stdout, process.stderr]) stream.write(`\0end ${decodeURIComponent(id)}\n`);
  posted = call('POST', `${id}/${path}`, body, headers);
  posted.catch(() => {});
}

const client = {
  next: async () => {
    await posted;
    const invocation = await call('GET', 'next');
    globalThis[Symbol.for('sandbox.clock')]?.(Number(invocation.headers['x-sandbox-clock-offset-ms']));
    return invocation;
  },
  done: (id, body) => post(id, 'response', body),
  error: (id, body) => post(id, 'error', body, { 'lambda-runtime-function-error-type': 'Unhandled' }),
};

const load = Module._load;
Module._load = function (request, ...rest) {
  return request === './rapid-client.node' ? client : load.call(this, request, ...rest);
};

const parents = (process.env.NODE_PATH ?? '').split(':').filter(Boolean);
const parentUrls = parents.map((folder) => pathToFileURL(`${folder.replace(/\/node_modules$/, '')}/_`).href);
Module.registerHooks({
  resolve(specifier, context, next) {
    try {
      return next(specifier, context);
    } catch (error) {
      if (error.code !== 'ERR_MODULE_NOT_FOUND' || /^[./#]|^[a-z]+:/.test(specifier)) throw error;
      for (const parentURL of parentUrls) {
        try {
          return next(specifier, { ...context, parentURL });
        } catch (inLayer) {
          if (inLayer.code !== 'ERR_MODULE_NOT_FOUND') throw inLayer;
        }
      }
      throw error;
    }
  },
});

// A container in the middle of an invocation has no open request to its Runtime API: this idle connection tells it when the sandbox is gone.
net
  .connect(Number(port), hostname)
  .on('close', () => process.exit())
  .on('error', () => {})
  .unref();
