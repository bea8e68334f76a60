import { Fields, show } from '../input/fields.ts';
import { ServiceError } from '../service/service-error.ts';
import type { ServiceAnswer } from '../service/service.ts';
import { SlbCode } from './slb-code.ts';

/** Body of a response without further data. */
export const done = { code: '0', message: 'success' } as const;

/** Creates the response of a successful call. */
export function ok(body: unknown): ServiceAnswer {
  return { status: 200, body };
}

/** Creates the error for an invalid request. */
export function badRequest(message: string): ServiceError {
  return new ServiceError(SlbCode.BadRequest, message);
}

/** Returns the fields of a body, which must be a JSON object. */
export function bodyFields(body: string): Fields {
  return new Fields(parse(body), '', badRequest);
}

/** Parses a JSON text. */
export function parse(text: string, complaint = 'body: expected JSON'): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw badRequest(`${complaint}, got ${show(text)}`);
  }
}

/** Returns a query parameter, which must occur exactly once. */
export function oneValue(query: URLSearchParams, name: string): string {
  const [value, ...more] = query.getAll(name);
  if (value === undefined || more.length > 0) {
    throw badRequest(
      `${name}: expected once in the query, got it ${value === undefined ? 0 : more.length + 1} times`,
    );
  }
  return value;
}

/** Returns a query parameter, which must be a positive integer. */
export function positive(query: URLSearchParams, name: string, fallback: number): number {
  const text = query.get(name);
  if (text === null) return fallback;
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw badRequest(`${name}: expected a positive integer, got ${show(text)}`);
  return Number(text);
}
