import {
  DESCRIPTION_MAX_CHARS,
  INSTRUCTIONS_MAX_CHARS,
  NAME_MAX_CHARS,
  RequiredText,
  Text,
  TITLE_MAX_CHARS,
} from "@muster/domain"
import { Schema } from "effect"
import { NewMembers } from "#src/http-bodies.ts"
import { TEAM_SENTENCE_MAX_CHARS } from "#src/http-limits.ts"

/** More than a person looks through before creating them. */
export const TEAM_DRAFT_MEMBERS_MAX = 8

export const TeamSentence = Schema.Struct({ sentence: RequiredText(TEAM_SENTENCE_MAX_CHARS) })

/** A team as a model proposes it: nothing of it exists before a person has looked at it and creates it. */
export const TeamDraft = Schema.Struct({
  name: RequiredText(NAME_MAX_CHARS),
  description: Text(DESCRIPTION_MAX_CHARS),
  members: NewMembers,
  firstTask: Schema.NullOr(
    Schema.Struct({ title: RequiredText(TITLE_MAX_CHARS), instructions: Text(INSTRUCTIONS_MAX_CHARS) }),
  ),
}).annotate({ identifier: "TeamDraft" })
export type TeamDraft = typeof TeamDraft.Type
