/** Refusal of what a test or an operator asked of the emulator itself; the message is one clear line. */
export class ControlInputError extends Error {
  override readonly name = 'ControlInputError';
  readonly code = 'CONTROL_INPUT';
}

/** Makes a {@link ControlInputError}; the form that field readers ask for. */
export function refuseControlInput(message: string): ControlInputError {
  return new ControlInputError(message);
}
