import type { KubernetesObject } from '@k8s-ccm/cloud-provider';
import { apiErrorFromStatus } from './errors/api-error.ts';
import { isApiStatus } from './errors/api-status.ts';
import { WatchDecodeError } from './watch-decode-error.ts';
import type { WatchEvent } from './watch-event.ts';
import { WatchLineReader } from './watch-line-reader.ts';

/** Marks the bookmark that ends the initial events of a WatchList. */
const initialEventsEndAnnotation = 'k8s.io/initial-events-end';

/** etcd accepts objects of up to 1.5 MiB. Their JSON encoding stays well below this limit. */
const defaultMaxEventBytes = 16 * 1024 * 1024;

/** Options of {@link decodeWatch}. */
export interface DecodeWatchOptions {
  /** Path of the watch, for error messages. */
  readonly path: string;
  /** Maximum size of one event, in bytes. Default: 16 MiB. */
  readonly maxEventBytes?: number;
}

/**
 * Decodes the events of a watch from its bytes, regardless of how the bytes are split into chunks.
 *
 * @throws ApiError for an ERROR event, for example 410 `Expired`
 * @throws WatchDecodeError if the stream ends inside an event, an event exceeds the limit, or a line is not an event
 */
export async function* decodeWatch<T extends KubernetesObject>(
  chunks: AsyncIterable<Uint8Array>,
  { path, maxEventBytes = defaultMaxEventBytes }: DecodeWatchOptions,
): AsyncGenerator<WatchEvent<T>, void, undefined> {
  const lines = new WatchLineReader(maxEventBytes);
  for await (const chunk of chunks) {
    try {
      for (const line of lines.push(chunk)) {
        if (line.trim() !== '') yield decodeEvent<T>(line, path);
      }
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new WatchDecodeError(
        { path, problem: 'oversized', detail: error.message },
        { cause: error },
      );
    }
  }
  const rest = lines.rest();
  if (rest.trim() === '') return;
  let event: WatchEvent<T>;
  try {
    event = decodeEvent<T>(rest, path);
  } catch (error) {
    if (!(error instanceof WatchDecodeError)) throw error;
    const detail = `the stream ended after ${rest.length} characters of it`;
    throw new WatchDecodeError({ path, problem: 'truncated', detail }, { cause: error });
  }
  yield event;
}

interface WireEvent<T> {
  readonly type: string;
  readonly object: T;
}

function decodeEvent<T extends KubernetesObject>(line: string, path: string): WatchEvent<T> {
  const event = parseEvent<T>(line, path);
  switch (event.type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      return { type: event.type, object: event.object };
    case 'BOOKMARK': {
      const { resourceVersion = '', annotations = {} } = event.object.metadata ?? {};
      return {
        type: 'BOOKMARK',
        resourceVersion,
        initialEventsEnd: annotations[initialEventsEndAnnotation] === 'true',
      };
    }
    case 'ERROR':
      throw apiErrorFromStatus(
        // Not quoted: anything other than a `Status` comes from an unknown source and may repeat what was sent.
        isApiStatus(event.object) ? event.object : { message: 'an ERROR event without a Status' },
        { method: 'GET', path },
      );
    default:
      throw new WatchDecodeError({
        path,
        problem: 'malformed',
        detail: `unknown type ${JSON.stringify(event.type)}`,
      });
  }
}

function parseEvent<T>(line: string, path: string): WireEvent<T> {
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch {
    // Without the cause: its text quotes the line.
    throw new WatchDecodeError({ path, problem: 'malformed', detail: 'not JSON' });
  }
  if (!isWireEvent<T>(event)) {
    throw new WatchDecodeError({ path, problem: 'malformed', detail: 'neither type nor object' });
  }
  return event;
}

function isWireEvent<T>(value: unknown): value is WireEvent<T> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    typeof value.type === 'string' &&
    'object' in value &&
    typeof value.object === 'object' &&
    value.object !== null
  );
}
