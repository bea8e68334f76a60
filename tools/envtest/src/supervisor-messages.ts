/** What the supervisor's process is asked to do. */
export type SupervisorRequest =
  | {
      readonly op: 'spawn';
      /** A name to speak of the process later; free again once it has ended. */
      readonly name: string;
      readonly file: string;
      readonly args: readonly string[];
      readonly env: Readonly<Record<string, string>>;
      readonly cwd: string;
      /** The file that takes both outputs; appended to. */
      readonly log: string;
    }
  | { readonly op: 'kill'; readonly name: string; readonly signal: NodeJS.Signals }
  | { readonly op: 'end' };

/** A request with the number by which its answer is known. */
export interface NumberedRequest {
  readonly id: number;
  readonly request: SupervisorRequest;
}

/** What the supervisor's process tells. */
export type SupervisorMessage =
  | { readonly kind: 'ready'; readonly folder: string }
  | { readonly kind: 'answer'; readonly id: number; readonly pid?: number; readonly error?: string }
  | {
      readonly kind: 'exited';
      readonly name: string;
      readonly code: number | null;
      readonly signal: NodeJS.Signals | null;
    };
