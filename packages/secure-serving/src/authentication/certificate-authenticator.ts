import type { X509Certificate } from 'node:crypto';
import type { Clock } from '@k8s-ccm/controller-runtime';
import type { Authentication, Authenticator, ShownCredentials } from './authenticator.ts';
import { commonNameOf, isVouchedFor, organizationsOf } from './client-certificate.ts';

/**
 * Authenticates by client certificate: the common name is the user, the organizations are the groups.
 * `authorities` is called for each request. Without authorities, certificates are ignored.
 */
export class CertificateAuthenticator implements Authenticator {
  readonly #authorities: () => readonly X509Certificate[];
  readonly #clock: Pick<Clock, 'now'>;

  constructor(authorities: () => readonly X509Certificate[], clock: Pick<Clock, 'now'>) {
    this.#authorities = authorities;
    this.#clock = clock;
  }

  authenticate({ certificate }: ShownCredentials): Authentication {
    const authorities = this.#authorities();
    if (certificate === undefined || authorities.length === 0) return { kind: 'none' };
    if (!isVouchedFor(certificate, authorities, this.#clock.now())) {
      return {
        kind: 'refused',
        reason: 'the certificate is not signed by the client CA, or has expired',
      };
    }
    const name = commonNameOf(certificate.leaf);
    if (name === '') return { kind: 'none' };
    return {
      kind: 'user',
      user: { name, groups: organizationsOf(certificate.leaf), extra: {} },
    };
  }
}
