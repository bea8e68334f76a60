import { CloudProviderError } from '@k8s-ccm/cloud-provider';

/** Annotations of the object have values that are not allowed; nothing was changed in the cloud. */
export class OptionError extends CloudProviderError {
  override readonly name = 'OptionError';
  override readonly code = 'OPTION';
  readonly problems: readonly {
    readonly key: string;
    readonly value: string;
    readonly allowed: string;
  }[];

  constructor(problems: OptionError['problems'], options?: ErrorOptions) {
    super(
      problems
        .map(({ key, value, allowed }) => `annotation "${key}" is "${value}"; allowed: ${allowed}`)
        .join('; '),
      options,
    );
    this.problems = problems;
  }
}
