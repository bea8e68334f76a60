import type { FakeArguments, FakeOperation, FakeResults } from './fake-call.ts';

/** Records a call and answers it as programmed, else with what `usual` gives. */
export type Perform = <Operation extends FakeOperation>(
  operation: Operation,
  given: FakeArguments,
  usual: () => FakeResults[Operation],
) => Promise<FakeResults[Operation]>;
