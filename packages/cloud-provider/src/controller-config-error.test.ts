import { describe, expect, it } from '@jest/globals';
import { ControllerConfigError } from './controller-config-error.ts';

describe('ControllerConfigError', () => {
  it('carries what an operator reads, and its cause', () => {
    const cause = new Error('three CIDRs');
    const error = new ControllerConfigError('--cluster-cidr is not dual stack', { cause });
    expect(error).toMatchObject({
      name: 'ControllerConfigError',
      code: 'CONTROLLER_CONFIG',
      message: '--cluster-cidr is not dual stack',
      cause,
    });
  });

  it('is known across copies of its package, and no other error is taken for it', () => {
    const copy = Object.assign(new Error('from a copy'), {
      [Symbol.for('@k8s-ccm/cloud-provider/ControllerConfigError')]: true,
    });
    expect(copy).toBeInstanceOf(ControllerConfigError);
    expect(new Error('another')).not.toBeInstanceOf(ControllerConfigError);
  });
});
