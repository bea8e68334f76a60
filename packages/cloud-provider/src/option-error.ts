import { brand } from './error-brand.ts';
import { CloudProviderError } from './errors.ts';

/** One annotation that cannot be followed. */
export interface OptionProblem {
  /** The annotation's key, as the user wrote it. */
  readonly key: string;
  /** What the user wrote; `undefined` where the annotation is required and missing. */
  readonly value: string | undefined;
  /** What is allowed, in words: `one of WRR, RR, LC` or `an integer from 1 to 65535`. */
  readonly allowed: string;
}

/** Longest part of a value that is repeated in a message; Events have little room. */
const maxShownValue = 128;

/**
 * A provider's rejection of what the user asked for by annotations: every problem at once, one line
 * of {@link OptionError.message} each. Trying again does not help before the object changes.
 */
export class OptionError extends CloudProviderError {
  static {
    brand(this, 'OptionError');
  }

  override readonly name = 'OptionError';
  override readonly code = 'OPTION_INVALID';
  readonly problems: readonly OptionProblem[];

  /**
   * @param problems at least one.
   * @throws RangeError without a problem.
   */
  constructor(problems: readonly OptionProblem[], options?: ErrorOptions) {
    if (problems.length === 0) throw new RangeError('an OptionError needs at least one problem');
    super(problems.map(describeProblem).join('\n'), options);
    this.problems = Object.freeze([...problems]);
  }
}

function describeProblem({ key, value, allowed }: OptionProblem): string {
  const found = value === undefined ? 'is missing' : `has the value ${quote(value)}`;
  return `annotation ${key} ${found}; allowed: ${allowed}`;
}

/** Quoted as JSON, so that a line break in the value does not break the line. */
function quote(value: string): string {
  if (value.length <= maxShownValue) return JSON.stringify(value);
  return `${JSON.stringify(value.slice(0, maxShownValue))}… (${value.length} characters)`;
}
