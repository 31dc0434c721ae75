/** What a proxy does to the bytes that pass it. */
export type Toxic =
  /** Nothing passes; what was sent arrives when it is over. New connections are taken and hear nothing. */
  | { readonly kind: "partition" }
  /** The far side is gone and the near side does not know: its bytes vanish, for as long as it keeps the connection. */
  | { readonly kind: "half-open" }
  /** Connections are reset, new ones at once. */
  | { readonly kind: "reset" }
  | { readonly kind: "delay"; readonly millis: number }
  /** A few bytes at a time. */
  | { readonly kind: "drip"; readonly bytes: number; readonly everyMillis: number }
  /** The connection ends in the middle of the next piece that passes, whichever way. */
  | { readonly kind: "cut" }
