import type { AnswerDialect } from '@k8s-ccm/cloud-http';
import { defaultDialect, judgeStatus } from '@k8s-ccm/cloud-http';
import { isSuccessCode } from '../call/answer-code.ts';
import { RpcErrorCode } from './rpc-error-code.ts';

// What no public source gives of the style that ECS and VPC share, in one place. Whoever has an account corrects it here.

/** [assumed] Nonces stay below this, because a server may read them as 32 bits. */
export const maxNonce = 2 ** 31 - 1;

/** The most entries of a page, and the most ids of one question. [assumed] */
export const rpcPageSize = 100;

/** [assumed] How a list is paged. Pages count from 1. */
export function pageQuery(page: number): Readonly<Record<string, string>> {
  return { pageNo: String(page), pageSize: String(rpcPageSize) };
}

/** Codes that say "nothing found": an empty list, not an error. See inspur-api.md#rpc-style. */
const emptyCodes: ReadonlySet<string> = new Set([RpcErrorCode.ListEmpty, RpcErrorCode.DetailEmpty]);

/** Codes that say that reading itself failed, which may pass. See inspur-api.md#rpc-style. */
const failedCodes: ReadonlySet<string> = new Set([
  RpcErrorCode.ListFailed,
  RpcErrorCode.DetailFailed,
]);

/** [assumed] Statuses under which "nothing found" is believed; another one says that something is wrong. */
const emptyStatuses: ReadonlySet<number> = new Set([200, 201, 202, 204, 400, 404]);

/** Whether a code says that there is nothing. */
export function isEmptyCode(apiCode: string): boolean {
  return emptyCodes.has(apiCode);
}

/** [assumed] Whether a code says that the caller may not: the services number it as SLB's `107.999401`. */
export function isDenialCode(apiCode: string): boolean {
  return /^\d{3}\.999401$/.test(apiCode);
}

/**
 * The code decides, and a code that is not known to mean success is an error also under a status of success: a refusal
 * must never look like an empty list, on which somebody might delete what is alive.
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
