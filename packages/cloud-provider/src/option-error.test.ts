import { describe, expect, it } from '@jest/globals';
import { CloudProviderError } from './errors.ts';
import { OptionError } from './option-error.ts';

describe('OptionError', () => {
  it('has a line per problem: annotation, value, what is allowed', () => {
    const problems = [
      { key: 'example.com/port', value: '70000', allowed: 'an integer from 1 to 65535' },
      { key: 'example.com/id', value: undefined, allowed: 'the id of a load balancer' },
    ];
    const error = new OptionError(problems);
    expect(error.message.split('\n')).toEqual([
      'annotation example.com/port has the value "70000"; allowed: an integer from 1 to 65535',
      'annotation example.com/id is missing; allowed: the id of a load balancer',
    ]);
    expect(error.problems).toEqual(problems);
    expect(error).toMatchObject({ name: 'OptionError', code: 'OPTION_INVALID' });
    expect(error).toBeInstanceOf(CloudProviderError);
  });

  it('keeps a value with line breaks on its line', () => {
    const error = new OptionError([{ key: 'k', value: 'a\nb', allowed: 'c' }]);
    expect(error.message).toBe('annotation k has the value "a\\nb"; allowed: c');
  });

  it('repeats only the beginning of a long value', () => {
    const error = new OptionError([{ key: 'k', value: 'x'.repeat(5000), allowed: 'c' }]);
    expect(error.message).toBe(
      `annotation k has the value "${'x'.repeat(128)}"… (5000 characters); allowed: c`,
    );
  });

  it('does not follow a list that changes later', () => {
    const problems = [{ key: 'k', value: 'v', allowed: 'c' }];
    const error = new OptionError(problems);
    problems.length = 0;
    expect(error.problems).toHaveLength(1);
  });

  it('needs a problem', () => {
    expect(() => new OptionError([])).toThrow(RangeError);
  });
});
