/** The result of starting a controller. */
export type ControllerStart =
  | {
      readonly kind: 'running';
      /**
       * Settles after the context's `signal` has aborted and the last work has ended. If it settles earlier, the
       * controller has failed.
       */
      readonly done: Promise<void>;
    }
  | {
      readonly kind: 'skipped';
      /** Why there is nothing to do, for the log; for example, that the provider does not support routes. */
      readonly reason: string;
      /** Whether the configuration asks for this. If true, the manager logs it as information, otherwise as a warning. Default: false. */
      readonly asConfigured?: boolean;
    };

/**
 * Describes a controller to the manager that starts it.
 *
 * @typeParam Context what the controller reads of the manager's context. A controller that declares only the members that
 * it uses runs in every manager that provides them.
 *
 * @example
 * const nodeCounter: ControllerDescriptor<NodeCounterContext> = {
 *   name: 'node-counter',
 *   aliases: ['counter'],
 *   enabledByDefault: false, // runs with --controllers=*,node-counter
 *   start: ({ informers, clock, log, signal }) => {
 *     const { nodes } = informers;
 *     const queue = new WorkQueue({ name: 'node-counter', clock, rateLimiter: defaultControllerRateLimiter({ clock }) });
 *     nodes.addHandler({ onAdd: () => queue.add('all'), onDelete: () => queue.add('all') });
 *     const reconcile = async () => log.info('nodes counted', { nodes: nodes.store.size });
 *     return { kind: 'running', done: runWorkers({ queue, concurrency: 1, reconcile, signal, log }) };
 *   },
 * };
 */
export interface ControllerDescriptor<Context> {
  /** The name that `--controllers` selects. */
  readonly name: string;
  /** Other names that `--controllers` accepts for the controller. Default: none. */
  readonly aliases?: readonly string[];
  /** Whether `*` in `--controllers` includes the controller. Default: true. */
  readonly enabledByDefault?: boolean;
  /** The name that the controller uses toward the API server, for example `service-controller`. Default: `name`. */
  readonly identity?: string;
  /**
   * Registers handlers with the informers and starts to work, or reports why there is nothing to do. Should not wait:
   * the manager starts the next controller when this method returns, or after 10 s.
   * @throws ControllerConfigError if the configuration is wrong, so that starting again cannot help
   */
  start(context: Context): Promise<ControllerStart> | ControllerStart;
}
