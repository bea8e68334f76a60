import { describe, expect, it } from '@jest/globals';
import { CloudApiError } from '@k8s-ccm/cloud-http';
import {
  isBackendNotFound,
  isBadRequest,
  isCertificateNotFound,
  isListenerNotFound,
  isListenerPortInUse,
  isQuotaExceeded,
  isServerNotFound,
  isServerPortNotFound,
  isSlbNotAuthorized,
  isSlbNotFound,
  isUnauthorized,
} from './slb-error-predicates.ts';

const predicates = {
  isBackendNotFound,
  isBadRequest,
  isCertificateNotFound,
  isListenerNotFound,
  isListenerPortInUse,
  isQuotaExceeded,
  isServerNotFound,
  isServerPortNotFound,
  isSlbNotAuthorized,
  isSlbNotFound,
  isUnauthorized,
};

function apiError(fields: {
  apiCode?: string;
  status?: number;
  operation?: string;
  bodyKind?: 'json' | 'empty' | 'other';
}): CloudApiError {
  return new CloudApiError('no', {
    apiCode: '',
    status: 400,
    operation: 'GetListener',
    bodyKind: 'json',
    method: 'GET',
    url: 'https://cloud.example/',
    outcome: 'refused',
    retryable: false,
    attempts: 1,
    requestId: '',
    ...fields,
  });
}

function holding(error: unknown): readonly string[] {
  return Object.entries(predicates).flatMap(([name, holds]) => (holds(error) ? [name] : []));
}

describe('SLB errors', () => {
  it.each([
    ['107.001404', 'isSlbNotFound'],
    ['107.001401', 'isSlbNotAuthorized'],
    ['107.002404', 'isListenerNotFound'],
    ['107.002400', 'isListenerPortInUse'],
    ['107.003500', 'isQuotaExceeded'],
    ['107.003404', 'isBackendNotFound'],
    ['107.101404', 'isServerNotFound'],
    ['107.102404', 'isServerPortNotFound'],
    ['107.008401', 'isCertificateNotFound'],
    ['107.008404', 'isCertificateNotFound'],
    ['107.000400', 'isBadRequest'],
    ['107.999401', 'isUnauthorized'],
  ])('%s satisfies only %s, whatever its status', (apiCode, name) => {
    for (const status of [200, 400, 401, 403, 404, 500]) {
      expect(holding(apiError({ apiCode, status }))).toEqual([name]);
    }
  });

  it.each([
    'GetLoadBalancer',
    'RenameLoadBalancer',
    'DeleteLoadBalancer',
    'BindEip',
    'UnbindEip',
    'ListListeners',
    'CreateListener',
    'GetListener',
    'UpdateListener',
    'DeleteListener',
    'ListMembers',
    'AddMembers',
    'RemoveMembers',
    'UpdateMember',
  ])(
    "without INSPUR's code prove nothing about %s, whatever their status and body",
    (operation) => {
      for (const bodyKind of ['json', 'empty', 'other'] as const) {
        for (const status of [400, 403, 404, 409, 410]) {
          for (const apiCode of ['', '404', 'NotFound', '107.777777']) {
            expect(holding(apiError({ operation, status, bodyKind, apiCode }))).toEqual([]);
          }
        }
      }
    },
  );

  it('with status 401 mean refused credentials, with or without a code', () => {
    for (const operation of ['ListListeners', 'ExchangeToken']) {
      expect(holding(apiError({ operation, status: 401 }))).toEqual(['isUnauthorized']);
    }
  });

  it('of the token exchange are recognized by their status', () => {
    const error = apiError({ operation: 'ExchangeToken', status: 401, apiCode: 'invalid_client' });
    expect(holding(error)).toEqual(['isUnauthorized']);
  });

  it('are found in the cause chain', () => {
    const cause = apiError({ apiCode: '107.001404' });
    expect(isSlbNotFound(new Error('outer', { cause: new Error('inner', { cause }) }))).toBe(true);
  });

  it.each([[undefined], ['text'], [new Error('other')]])('do not include %p', (error) => {
    expect(holding(error)).toEqual([]);
  });
});
