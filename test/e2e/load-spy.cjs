// Preloaded into containers: writes a line for each module that is loaded. Those of an invocation carry its id in the sandbox's log.
'use strict';
const { writeSync } = require('node:fs');
const http = require('node:http');
const Module = require('node:module');

const tell = (what) => writeSync(1, `loaded ${what}\n`);

Module.registerHooks({
  load(url, context, next) {
    tell(url);
    return next(url, context);
  },
});

// Node's own modules pass no hook. They are counted from when the container asks for its first event to when it has an answer.
let known;
const { request } = http;
http.request = (options, ...rest) => {
  if (!known && String(options.path).endsWith('/invocation/next')) {
    known = new Set(process.moduleLoadList);
    const { write } = process.stdout;
    process.stdout.write = (text, ...others) => {
      if (String(text).startsWith('\0end')) for (const name of process.moduleLoadList) if (!known.has(name)) tell(name);
      return write.call(process.stdout, text, ...others);
    };
  }
  return request(options, ...rest);
};
