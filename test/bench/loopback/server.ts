// A process of its own: takes its certificate from its parent, says its port, ends with its parent.
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { answerTo } from './answers.ts';
import type { Certificate } from './certificate.ts';

process.once('message', (certificate: Certificate) => {
  const server = createServer(certificate, (request, reply) => {
    request.resume().on('end', () => {
      const answer = answerTo(request);
      const { type, body } = answer ?? { type: 'text/plain', body: 'Not part of the bench.' };
      const headers = { 'content-type': type, 'content-length': Buffer.byteLength(body), etag: '"1"' };
      reply.writeHead(answer ? 200 : 404, headers).end(body);
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
});
process.once('disconnect', () => process.exit());
