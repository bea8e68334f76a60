import type { AnswerDialect } from '@k8s-ccm/cloud-http';
import { defaultDialect, judgeStatus } from '@k8s-ccm/cloud-http';
import { isSuccessCode } from '../call/answer-code.ts';
import { RpcErrorCode } from './rpc-error-code.ts';

// All assumptions about the style that ECS and VPC share that no public source confirms. If you have an account,
// correct them here.

/** [assumed] Upper limit of nonces, because a server may parse them as 32-bit integers. */
export const maxNonce = 2 ** 31 - 1;

/** [assumed] Maximum number of entries per page and of IDs per request. */
export const rpcPageSize = 100;

/** [assumed] Parameters that select a page. Pages count from 1. */
export function pageQuery(page: number): Readonly<Record<string, string>> {
  return { pageNo: String(page), pageSize: String(rpcPageSize) };
}

/** Codes that mean "nothing found": an empty list, not an error. See inspur-api.md#rpc-style. */
const emptyCodes: ReadonlySet<string> = new Set([RpcErrorCode.ListEmpty, RpcErrorCode.DetailEmpty]);

/** Codes that mean that reading failed, which may be transient. See inspur-api.md#rpc-style. */
const failedCodes: ReadonlySet<string> = new Set([
  RpcErrorCode.ListFailed,
  RpcErrorCode.DetailFailed,
]);

/** [assumed] Statuses with which "nothing found" is trusted. With any other status, it is an error. */
const emptyStatuses: ReadonlySet<number> = new Set([200, 201, 202, 204, 400, 404]);

/** Reports whether a code means "nothing found". */
export function isEmptyCode(apiCode: string): boolean {
  return emptyCodes.has(apiCode);
}

/**
 * [assumed] Reports whether a code means that the caller lacks a permission. All services use the suffix of SLB's
 * `107.999401`.
 */
export function isDenialCode(apiCode: string): boolean {
  return /^\d{3}\.999401$/.test(apiCode);
}

/**
 * Dialect of the RPC style. The code determines the outcome. A code that is not known to mean success is an error, even
 * if the status means success: a refusal must never look like an empty list, because a caller may delete objects that
 * are missing in a list.
 */
export const rpcDialect: AnswerDialect = {
  ...defaultDialect,
  judge: ({ status, apiCode }) => {
    if (isDenialCode(apiCode)) return 'credential';
    if (isEmptyCode(apiCode)) return emptyStatuses.has(status) ? 'success' : judgeRefused(status);
    if (/^\d{3}\.999500$/.test(apiCode)) return 'transient';
    if (failedCodes.has(apiCode)) return status >= 500 || status < 300 ? 'transient' : 'refused';
    return isSuccessCode(apiCode) ? judgeStatus(status) : judgeRefused(status);
  },
};

function judgeRefused(status: number) {
  const kind = judgeStatus(status);
  return kind === 'success' ? 'refused' : kind;
}
