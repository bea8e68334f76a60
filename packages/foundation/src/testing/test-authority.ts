import { makeCertificate } from '../make-certificate.ts';
import type { CertificatePair } from '../certificate-pair.ts';
import type { CertificateSpec, CertificateSubject } from '../make-certificate.ts';

/** What may be said of a certificate beside its subject. */
export type IssueOptions = Partial<Pick<CertificateSpec, 'usage' | 'from' | 'to' | 'hosts'>>;

const dayMs = 86_400_000;

/** A certificate authority for tests. Its certificates are valid from a day before `now` to a day after. */
export class TestAuthority {
  readonly subject: CertificateSubject;
  readonly pair: CertificatePair;
  readonly #now: number;

  private constructor(subject: CertificateSubject, pair: CertificatePair, now: number) {
    this.subject = subject;
    this.pair = pair;
    this.#now = now;
  }

  static async create(commonName: string, now: number): Promise<TestAuthority> {
    const subject = { commonName };
    const times = { from: now - dayMs, to: now + dayMs };
    const pair = await makeCertificate({ subject, usage: 'authority', ...times });
    return new TestAuthority(subject, pair, now);
  }

  /** The authority's own certificate, PEM. */
  get certificate(): string {
    return this.pair.cert;
  }

  /** Makes a certificate for a client, unless told otherwise. */
  async issue(subject: CertificateSubject, options: IssueOptions = {}): Promise<CertificatePair> {
    const issuer = { subject: this.subject, key: this.pair.key };
    const times = { from: this.#now - dayMs, to: this.#now + dayMs };
    return makeCertificate({ subject, issuer, usage: 'client', ...times, ...options });
  }

  /** Makes an authority that this one vouches for. */
  async intermediate(commonName: string, options: IssueOptions = {}): Promise<TestAuthority> {
    const subject = { commonName };
    const pair = await this.issue(subject, { usage: 'authority', ...options });
    return new TestAuthority(subject, pair, this.#now);
  }
}
