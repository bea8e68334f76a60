/** Names of the metrics of the secure port; ours, upstream has none. */
export const ServingMetricName = {
  /** Counter, labels `name` and `result` (`success`, `error`): changed files of the secure port that were read again. */
  ServingFileReloadsTotal: 'serving_file_reloads_total',
} as const;
