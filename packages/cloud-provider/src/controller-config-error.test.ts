import { describe, expect, it } from '@jest/globals';
import { ControllerConfigError } from './controller-config-error.ts';

describe('ControllerConfigError', () => {
  it('has its code and text', () => {
    const { name, code, message } = new ControllerConfigError('--cluster-cidr: no CIDR');
    expect([name, code, message]).toEqual([
      'ControllerConfigError',
      'CONTROLLER_CONFIG',
      '--cluster-cidr: no CIDR',
    ]);
  });

  it('is recognized across two copies of the package, and not mistaken', async () => {
    const specifier = './controller-config-error.ts?copy=2';
    const copy: { ControllerConfigError: typeof ControllerConfigError } = await import(specifier);
    expect(copy.ControllerConfigError).not.toBe(ControllerConfigError);
    expect(new copy.ControllerConfigError('wrong')).toBeInstanceOf(ControllerConfigError);
    expect(new Error('wrong')).not.toBeInstanceOf(ControllerConfigError);
  });
});
