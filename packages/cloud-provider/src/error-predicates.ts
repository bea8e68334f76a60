import { isNativeError } from 'node:util/types';
import {
  ImplementedElsewhereError,
  InstanceNotFoundError,
  InstanceUnresolvableError,
  NotImplementedError,
  RetryAfterError,
} from './errors.ts';
import { OptionError } from './option-error.ts';

/**
 * Whether somebody else does this work. Only the error itself counts: one that merely has such an
 * error as its cause is an ordinary error (contract.md#implemented-elsewhere, contract.md#case-106).
 */
export function isImplementedElsewhere(error: unknown): error is ImplementedElsewhereError {
  return error instanceof ImplementedElsewhereError;
}

/**
 * Whether the cloud says that the instance does not exist. Only the error itself counts: a Node may
 * be deleted on this word, and an error around it is a doubt (contract.md#errors, contract.md#case-81).
 */
export function isInstanceNotFound(error: unknown): error is InstanceNotFoundError {
  return error instanceof InstanceNotFoundError;
}

/** Whether only a user can lead the Node to its instance, said by the error or along its `cause` chain. */
export function isInstanceUnresolvable(error: unknown): boolean {
  return causes(error).some((cause) => cause instanceof InstanceUnresolvableError);
}

/**
 * Whether the provider does not offer the operation, said by the error or along its `cause` chain
 * (contract.md#errors). The members of an `AggregateError` do not count: another of them is a real failure.
 */
export function isNotImplemented(error: unknown): boolean {
  return causes(error).some((cause) => cause instanceof NotImplementedError);
}

/**
 * The wish for a certain time of the next try, found in the error, along its `cause` chain and in
 * the members of an `AggregateError`; the first in that order, depth first, as Go's `errors.As`.
 */
export function findRetryAfter(error: unknown): RetryAfterError | undefined {
  return causes(error, 'with-members').find((cause) => cause instanceof RetryAfterError);
}

/** The rejection of what the user wrote on the object, found in the error or along its `cause` chain. */
export function findOptionError(error: unknown): OptionError | undefined {
  return causes(error).find((cause) => cause instanceof OptionError);
}

/** An error and what it comes from, nearest first; each once, so that a cycle ends. */
function causes(error: unknown, members?: 'with-members'): readonly unknown[] {
  const seen = new Set<unknown>();
  const visit = (candidate: unknown): void => {
    if (candidate === undefined || candidate === null || seen.has(candidate)) return;
    seen.add(candidate);
    // Not `instanceof Error`: an error of another realm (a vm context, as jest runs in) has causes too.
    if (!isNativeError(candidate)) return;
    if (members !== undefined && 'errors' in candidate && Array.isArray(candidate.errors)) {
      candidate.errors.forEach(visit);
    }
    visit(candidate.cause);
  };
  visit(error);
  return [...seen];
}
