/** Names of the metrics of the secure port. Upstream has none. */
export const ServingMetricName = {
  /** Counter of reloads of changed files. Labels: `name`, `result` (`success`, `error`). */
  ServingFileReloadsTotal: 'serving_file_reloads_total',
} as const;
