/** An exact text of a file, and what stands in its place. It must occur once. */
export interface Edit {
  /** Path below the root of the repository. */
  readonly file: string
  readonly find: string
  readonly put: string
}

/** A bug that could have been made: planted in a copy of the source, it must be found. */
export interface Bug {
  readonly name: string
  readonly edits: readonly Edit[]
}
