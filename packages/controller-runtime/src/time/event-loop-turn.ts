/**
 * Waits for one turn of the event loop, so that long work does not block timers and sockets. Independent of time, hence
 * without a clock.
 */
export async function eventLoopTurn(): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
}
