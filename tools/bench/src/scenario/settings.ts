/** The size of the load; two runs are comparable where all of it is equal. */
export interface Settings {
  /** Name of the scenario. */
  readonly scenario: string;
  readonly services: number;
  /** Ports of each Service, each a listener. */
  readonly ports: number;
  /** Nodes that exist before. */
  readonly nodes: number;
  /** How long the emulated cloud holds every answer back, milliseconds. */
  readonly latencyMs: number;
}
