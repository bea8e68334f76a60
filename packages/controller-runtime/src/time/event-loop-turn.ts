/** Lets timers, sockets and everybody else have their turn, so that long work does not stall them. Not a matter of time, hence no clock. */
export async function eventLoopTurn(): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
}
