/** A destination of text, for example `process.stderr`. */
export interface TextSink {
  write(text: string): unknown;
}
