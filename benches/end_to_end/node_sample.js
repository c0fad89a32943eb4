// For scale: the receiver that the pages of webhook senders print, without its logging and without a framework.
//
// It does less than the stack beside it: no allowlist, no rate limit, no body limit, no deadline, and what it has seen
// is never forgotten. Unlike most samples it checks the bytes that came, not JSON that it rendered again.
'use strict';
const http = require('http');
const crypto = require('crypto');

const secret = process.env.WEBHOOK_SECRET;
const seen = new Map();
// The load repeats its deliveries; numbered, each is a new one, as it is for the Rust servers.
let deliveries = 0;

function verifySignature(body, signature) {
  const expected = crypto.createHmac('sha256', secret).update(body).digest('hex');
  const given = Buffer.from(signature || '');
  return given.length === expected.length && crypto.timingSafeEqual(given, Buffer.from(expected));
}

function answer(response, status, value) {
  const body = JSON.stringify(value);
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}

const server = http.createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    if (!verifySignature(body, request.headers['x-ecd-signature'])) {
      return answer(response, 401, { error: 'Invalid signature' });
    }
    let event;
    try {
      event = JSON.parse(body.toString('utf8'));
    } catch {
      return answer(response, 400, { error: 'Invalid JSON' });
    }
    const id = `${event.uuid}:${deliveries++}`;
    if (seen.has(id)) {
      return answer(response, 200, { duplicate: true });
    }
    seen.set(id, Date.now());
    answer(response, 200, { received: true });
  });
});

server.listen(0, '127.0.0.1', () => console.log(`127.0.0.1:${server.address().port}`));
// Whoever started it holds the other end.
process.stdin.on('end', () => process.exit(0)).resume();
