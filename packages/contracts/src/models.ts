import {
  baseUrlFault,
  MemberId,
  MODEL_BASE_URL_MAX_CHARS,
  MODEL_KEY_MAX_CHARS,
  ModelName,
  RequiredText,
  TeamId,
} from "@muster/domain"
import { Schema } from "effect"

/** Says why in words: a person typed it. */
const BaseUrl = RequiredText(MODEL_BASE_URL_MAX_CHARS).check(Schema.makeFilter((text: string) => baseUrlFault(text)))

/** Printable and without spaces: it travels in a header. */
const Key = RequiredText(MODEL_KEY_MAX_CHARS).check(Schema.isPattern(/^[\x21-\x7e]+$/u))

const key = {
  /** Absent: the one that is there stays. Null: no key. Never answered again. */
  key: Schema.optionalKey(Schema.NullOr(Key)),
}

/** The organisation's. A new host of the base URL needs its key again, so that no key goes where it was not meant for. */
export const NewModelEndpoint = Schema.Struct({ baseUrl: BaseUrl, model: ModelName, ...key })
export type NewModelEndpoint = typeof NewModelEndpoint.Type

/** A team's or a member's. Without a base URL only the model differs. */
export const NewModelOverride = Schema.Struct({ baseUrl: Schema.NullOr(BaseUrl), model: ModelName, ...key })
export type NewModelOverride = typeof NewModelOverride.Type

/** A setting as people see it: of the key, its last characters and since when it is there. */
export const ModelEndpointDoc = Schema.Struct({
  /** Null in both: the organisation's. */
  teamId: Schema.NullOr(TeamId),
  memberId: Schema.NullOr(MemberId),
  baseUrl: Schema.NullOr(Schema.String),
  model: Schema.String,
  key: Schema.NullOr(
    Schema.Struct({
      last4: Schema.String,
      setAt: Schema.String,
      /** False: sealed with another master key; it has to be given anew. */
      isReadable: Schema.Boolean,
    }),
  ),
  updatedAt: Schema.String,
}).annotate({ identifier: "ModelEndpoint" })
export type ModelEndpointDoc = typeof ModelEndpointDoc.Type

/** What came of one small call to the endpoint, in words for a person. */
export const ModelCheck = Schema.Struct({
  ok: Schema.Boolean,
  words: Schema.String,
  /** Null: it did not answer. */
  status: Schema.NullOr(Schema.Int),
  millis: Schema.Int,
}).annotate({ identifier: "ModelCheck" })
export type ModelCheck = typeof ModelCheck.Type
