/** Where text goes, for example `process.stderr`. */
export interface TextSink {
  write(text: string): unknown;
}
