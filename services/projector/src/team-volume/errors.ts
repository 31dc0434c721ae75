import { Data } from "effect"

/** A name that would leave its folder. Names are made plain before they come here: a defect of the caller. */
export class FolderEscape extends Data.TaggedError("FolderEscape")<{ readonly name: string }> {
  override get message() {
    return "a file name would leave its folder"
  }
}
