import { describe, expect, it } from '@jest/globals';
import type { Call } from '@k8s-ccm/inspur-emulator';
import { countCloudCalls } from './cloud-calls.ts';

function call(operation: string, status: number): Call {
  const caller = { credential: '', requestId: '' };
  return { n: 1, at: 0, method: 'POST', path: '/', operation, status, ...caller };
}

describe('countCloudCalls', () => {
  it('counts by operation, and what was refused apart', () => {
    const calls = [
      call('AddMembers', 200),
      call('AddMembers', 201),
      call('AddMembers', 429),
      call('CreateListener', 0),
      call('', 404),
    ];
    expect(countCloudCalls(calls)).toEqual({
      AddMembers: 2,
      'AddMembers (429)': 1,
      'CreateListener (0)': 1,
      'POST (unknown path) (404)': 1,
    });
  });
});
