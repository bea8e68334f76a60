/** Error thrown for invalid input to the emulator itself. The message has one line. */
export class ControlInputError extends Error {
  override readonly name = 'ControlInputError';
  readonly code = 'CONTROL_INPUT';
}

/** Creates a {@link ControlInputError}, in the form that {@link Fields} requires. */
export function refuseControlInput(message: string): ControlInputError {
  return new ControlInputError(message);
}
