/**
 * Headers of an answer as text, each line with its CR LF: for who passes on what was parsed and checked
 * already. Holds no framing and no connection header.
 */
export class HeaderLines {
  readonly text: string;
  /** Whether there is a Date among them. */
  readonly dated: boolean;
  /** The length that was announced, for streamed answers; undefined = none. */
  readonly contentLength: number | undefined;

  constructor(text: string, dated: boolean, contentLength: number | undefined) {
    this.text = text;
    this.dated = dated;
    this.contentLength = contentLength;
  }
}
