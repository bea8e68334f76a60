import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { Clock } from './clock.ts';
import type { Cloud, CloudReply } from './cloud/cloud.ts';
import type { ControlSurface } from './control/control-surface.ts';
import { controlPrefix } from './control/control-surface.ts';

/** Creates the HTTP server of a cloud and its control API. It does not listen yet. */
export function createHttpServer(cloud: Cloud, surface: ControlSurface, clock: Clock): Server {
  // Accepts URLs beyond every configurable limit, so that the cloud itself refuses them.
  const server = createServer({ maxHeaderSize: 64 * 1024 }, (request, response) => {
    readBody(request, (body) => {
      const { method = 'GET', url: target = '/' } = request;
      if (target.startsWith(controlPrefix)) {
        const { status, body: answer } = surface.handle(method, target, body);
        const text = `${JSON.stringify(answer)}\n`;
        response.writeHead(status, {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(text),
        });
        response.end(text);
        return;
      }
      send(cloud.handle({ method, target, headers: pickHeaders(request), body }), response, clock);
    });
  });
  // Longer than the idle timeout of clients, so that a reused connection is never closed during a request.
  server.keepAliveTimeout = 120_000;
  return server;
}

function readBody(request: IncomingMessage, then: (body: string) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => then(chunks.length === 0 ? '' : Buffer.concat(chunks).toString('utf8')));
}

const usedHeaders = [
  'authorization',
  'content-type',
  'date',
  'x-random',
  'x-request-id',
  'x-secret-id',
  'x-sign',
  'x-sign-algorithm',
  'x-time',
] as const;

function pickHeaders({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  const picked: Record<string, string> = {};
  for (const name of usedHeaders) {
    const value = headers[name];
    if (typeof value === 'string') picked[name] = value;
  }
  return picked;
}

function send(reply: CloudReply, response: ServerResponse, clock: Clock): void {
  if (reply.holdMs <= 0) {
    write(reply, response);
    return;
  }
  const timer = clock.timer(reply.holdMs, () => write(reply, response));
  response.once('close', () => timer.cancel());
}

function write(reply: CloudReply, response: ServerResponse): void {
  const { status, headers, body, cutAt } = reply;
  const { socket } = response;
  if (status === 0) {
    socket?.resetAndDestroy();
    return;
  }
  const bytes = Buffer.from(body);
  response.writeHead(
    status,
    status === 204 ? headers : { ...headers, 'content-length': String(bytes.length) },
  );
  if (cutAt === undefined) {
    response.end(bytes);
    return;
  }
  response.write(bytes.subarray(0, cutAt), () => socket?.destroy());
  response.flushHeaders();
}
