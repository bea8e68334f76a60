import { expect, it } from '@jest/globals';
import { tokenFileText } from './token-file.ts';

it('writes one line per user, with the groups in one field', () => {
  const users = [
    { name: 'admin', token: 't1', groups: ['system:masters', 'ops'] },
    { name: 'jane', token: 't2' },
  ];
  expect(tokenFileText(users)).toBe(
    '"t1","admin","admin","system:masters,ops"\n"t2","jane","jane",""\n',
  );
});
