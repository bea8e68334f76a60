import { isNativeError } from 'node:util/types';
import type { LogFields } from '@k8s-ccm/foundation';

/** Maximum depth of causes and nested errors. */
const maxDepth = 8;

/**
 * Converts the fields of a log line to plain JSON values. An error becomes its name, code, message, request ID
 * and causes. Stacks are omitted because of their volume, and unknown fields of errors because they can contain
 * credentials.
 */
export function toLogFields(fields: LogFields): LogFields {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, toLogValue(value, 1)]),
  );
}

function toLogValue(value: unknown, depth: number): unknown {
  if (isNativeError(value)) return errorValue(value, depth);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'function' || typeof value === 'symbol') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= maxDepth) return '…';
  if ('toJSON' in value && typeof value.toJSON === 'function')
    return toLogValue(value.toJSON(), depth + 1);
  if (Array.isArray(value)) return value.map((item) => toLogValue(item, depth + 1));
  if (value instanceof Map) return toLogValue(Object.fromEntries(value), depth);
  if (value instanceof Set) return toLogValue([...value], depth);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, toLogValue(item, depth + 1)]),
  );
}

function errorValue(error: Error, depth: number): object {
  const { name, message, cause } = error;
  const code = 'code' in error ? error.code : undefined;
  // The message of a cloud error does not contain the request ID, because Events with different texts are not
  // aggregated.
  const requestId = 'requestId' in error && error.requestId !== '' ? error.requestId : undefined;
  const errors = 'errors' in error && Array.isArray(error.errors) ? error.errors : undefined;
  const goesOn = depth < maxDepth;
  return {
    name,
    ...(code === undefined ? {} : { code: toLogValue(code, maxDepth) }),
    message,
    ...(requestId === undefined ? {} : { requestId: toLogValue(requestId, maxDepth) }),
    ...(cause === undefined || !goesOn ? {} : { cause: toLogValue(cause, depth + 1) }),
    ...(errors === undefined || !goesOn
      ? {}
      : { errors: errors.map((each) => toLogValue(each, depth + 1)) }),
  };
}
