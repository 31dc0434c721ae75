import { Data } from "effect"

/** Somebody else owns the projection now; nothing was written. */
export class ProjectionFenced extends Data.TaggedError("ProjectionFenced")<{ readonly epoch: string }> {
  override get message() {
    return `the projection is owned by another process (this one had epoch ${this.epoch})`
  }
}

/** The stored feeds and their heads disagree, which no event can cause: the read models are rebuilt. */
export class ProjectionCorrupt extends Data.TaggedError("ProjectionCorrupt")<{ readonly code: string }> {
  override get message() {
    return `the read models contradict themselves (${this.code})`
  }
}

/** The projector was stopped before what was asked for came about. */
export class ProjectorStopped extends Data.TaggedError("ProjectorStopped")<{ readonly waitedFor: string }> {
  override get message() {
    return `the projector was stopped before ${this.waitedFor}`
  }
}
