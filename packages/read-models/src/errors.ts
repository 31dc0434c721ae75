import { Data } from "effect"

/** The database with the read models could not be asked. Try again; nothing was changed. */
export class ReadModelsUnavailable extends Data.TaggedError("ReadModelsUnavailable")<{ readonly cause: unknown }> {
  override get message() {
    return "the read models cannot be reached"
  }
}
