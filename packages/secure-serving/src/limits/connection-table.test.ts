import { describe, expect, it } from '@jest/globals';
import { localSource } from './client-sources.ts';
import { ConnectionTable } from './connection-table.ts';
import type { TrackedConnection } from './connection-table.ts';

interface NamedConnection extends TrackedConnection {
  readonly name: string;
}

/** At most four connections of other hosts, two of one source, and two of this node. */
function create() {
  const table = new ConnectionTable<NamedConnection>({
    maxConnections: 4,
    maxConnectionsPerSource: 2,
    maxLocalConnections: 2,
  });
  const busy = new Set<string>();
  const closed: string[] = [];
  const connect = (name: string, source: string) => {
    const isBusy = () => busy.has(name);
    const connection = { name, source, isBusy, close: () => void closed.push(name) };
    return { connection, isTaken: table.add(connection) };
  };
  const namesOf = () => [...table].map(({ name }) => name);
  return { table, busy, closed, connect, namesOf };
}

describe('ConnectionTable', () => {
  it('closes the oldest connection without a first request', () => {
    const { table, closed, connect, namesOf } = create();
    const asked = connect('asked', 'a').connection;
    for (const name of ['b', 'c', 'd']) connect(name, name);
    table.hear(asked);
    expect(connect('e', 'e').isTaken).toBe(true);
    expect(closed).toEqual(['b']);
    expect(namesOf()).toEqual(['c', 'd', 'e', 'asked']);
  });

  it('closes the one that has been idle for the longest time if all have asked', () => {
    const { table, busy, closed, connect } = create();
    const all = ['a', 'b', 'c', 'd'].map((name) => connect(name, name).connection);
    for (const connection of all) table.hear(connection);
    const [first] = all;
    if (first !== undefined) table.hear(first);
    busy.add('b');
    expect(connect('e', 'e').isTaken).toBe(true);
    expect(closed).toEqual(['c']);
  });

  it('refuses a connection if all others are being answered', () => {
    const { table, busy, closed, connect } = create();
    for (const name of ['a', 'b', 'c', 'd']) {
      table.hear(connect(name, name).connection);
      busy.add(name);
    }
    expect(connect('e', 'e').isTaken).toBe(false);
    expect(closed).toEqual([]);
    busy.delete('d');
    expect(connect('e', 'e').isTaken).toBe(true);
    expect(closed).toEqual(['d']);
  });

  it('takes the place from the same source if that has too many', () => {
    const { closed, connect } = create();
    connect('a', 'a');
    connect('b1', 'b');
    connect('b2', 'b');
    expect(connect('b3', 'b').isTaken).toBe(true);
    expect(closed).toEqual(['b1']);
  });

  it('keeps a reserve for this node', () => {
    const { table, busy, closed, connect } = create();
    for (const name of ['a', 'b', 'c', 'd']) {
      table.hear(connect(name, name).connection);
      busy.add(name);
    }
    expect(connect('kubelet', localSource).isTaken).toBe(true);
    expect(connect('e', 'e').isTaken).toBe(false);
    expect(closed).toEqual([]);
  });

  it('does not let this node take the places of others, nor others take its reserve', () => {
    const { closed, connect, namesOf } = create();
    for (const name of ['l1', 'l2', 'l3']) connect(name, localSource);
    expect(closed).toEqual(['l1']);
    for (const name of ['a', 'b', 'c', 'd', 'e']) connect(name, name);
    expect(closed).toEqual(['l1', 'a']);
    expect(namesOf()).toEqual(['l2', 'l3', 'b', 'c', 'd', 'e']);
  });

  it('has room again after a connection has ended', () => {
    const { table, closed, connect } = create();
    const { connection } = connect('a1', 'a');
    connect('a2', 'a');
    expect(table.remove(connection)).toBe(true);
    expect(connect('a3', 'a').isTaken).toBe(true);
    expect(closed).toEqual([]);
    table.hear(connection);
    expect(table.remove(connection)).toBe(false);
  });
});
