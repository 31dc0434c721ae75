import { type NewMember, TEAM_DRAFT_MEMBERS_MAX, TeamDraft } from "@muster/contracts"
import type { AcpAgent, Runtime } from "@muster/domain"
import type { ModelAccess } from "@muster/operational-state"
import { Data, Option, Schema } from "effect"
import { TEAM_DRAFT_ANSWER_MAX_BYTES, TEAM_DRAFT_TIMEOUT_MILLIS } from "#src/limits.ts"
import { askModel, faultCodeOf, type ModelAnswer } from "#src/models/ask.ts"
import { DRAFT_FORMAT, DRAFT_SYSTEM } from "#src/models/draft-prompt.ts"
import { isObject, parseJson } from "#src/models/json.ts"
import { wordsForAnswer, wordsForFault, wordsForSilence } from "#src/models/words.ts"

/** There is no proposal. The message says why, in words for a person; nothing that the endpoint says is in it. */
export class NoTeamDraft extends Data.TaggedError("NoTeamDraft")<{
  readonly message: string
  readonly cause?: unknown
}> {}

/** How members that think work here. */
export type Thinker =
  | { readonly runtime: Extract<Runtime, "acp">; readonly agent: AcpAgent }
  | { readonly runtime: "openclaw" }

const Proposal = Schema.Struct({
  name: Schema.String,
  description: Schema.String,
  members: Schema.Array(
    Schema.Struct({
      handle: Schema.String,
      name: Schema.String,
      role: Schema.Literals(["leader", "member"]),
      works: Schema.Literals(["thinks", "runs-programs"]),
      skills: Schema.Array(Schema.String),
      briefing: Schema.String,
    }),
  ).check(Schema.isMinLength(1), Schema.isMaxLength(TEAM_DRAFT_MEMBERS_MAX)),
  first_task: Schema.Struct({ title: Schema.String, instructions: Schema.String }),
})
type Proposal = typeof Proposal.Type

const decodeProposal = Schema.decodeUnknownOption(Proposal)
const decodeDraft = Schema.decodeUnknownOption(TeamDraft)

const NO_TEAM = "The model answered, but not with a team. Say it in other words, or use a template."

/** The text of the first choice. */
const contentOf = (body: unknown): string | undefined => {
  const choices = isObject(body) ? body["choices"] : undefined
  const [choice] = Array.isArray(choices) ? (choices as readonly unknown[]) : []
  const message = isObject(choice) ? choice["message"] : undefined
  const content = isObject(message) ? message["content"] : undefined
  return typeof content === "string" ? content : undefined
}

/** The one object in a text: models put words or a code fence around it. */
const objectIn = (content: string): unknown =>
  parseJson(content.slice(content.indexOf("{"), content.lastIndexOf("}") + 1))

const tidyHandle = (handle: string): string =>
  handle
    .replace(/^@/u, "")
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/gu, "-")

const memberOf = (member: Proposal["members"][number], thinker: Thinker): NewMember => {
  const { handle, name, role, works, skills, briefing } = member
  const runtime =
    works === "runs-programs"
      ? { runtime: "command" as const }
      : thinker.runtime === "openclaw"
        ? { runtime: thinker.runtime }
        : { runtime: thinker.runtime, runtimeOptions: { acp: { agent: thinker.agent } } }
  return { handle: tidyHandle(handle), name, role, ...runtime, skills, briefing, placement: "local" }
}

/** Proposals are input like any other: whatever is too long, twice or unknown makes them unusable. */
const draftOf = (content: string, thinker: Thinker): TeamDraft => {
  const proposal = decodeProposal(objectIn(content))
  const draft = Option.flatMap(proposal, ({ name, description, members, first_task: firstTask }) =>
    decodeDraft({ name, description, members: members.map((each) => memberOf(each, thinker)), firstTask }),
  )
  if (Option.isNone(draft) || !draft.value.members.some(({ role }) => role === "leader"))
    throw new NoTeamDraft({ message: NO_TEAM })
  return draft.value
}

/** Endpoints that know no forms of answers refuse the request for one. */
const knowsNoForms = ({ status }: ModelAnswer) => status === 400 || status === 422

/** Has a model propose a team for what a person says. Bounded in time and size. Rejects with NoTeamDraft. */
export const draftTeam = async (
  access: ModelAccess,
  sentence: string,
  thinker: Thinker,
  timeoutMillis: number = TEAM_DRAFT_TIMEOUT_MILLIS,
): Promise<TeamDraft> => {
  const signal = AbortSignal.timeout(timeoutMillis)
  const bounds = { signal, maxBytes: TEAM_DRAFT_ANSWER_MAX_BYTES }
  const request = {
    messages: [
      { role: "system", content: DRAFT_SYSTEM },
      { role: "user", content: sentence },
    ],
  }
  let answer: ModelAnswer
  try {
    answer = await askModel(access, { ...request, response_format: DRAFT_FORMAT }, bounds)
    if (knowsNoForms(answer)) answer = await askModel(access, request, bounds)
  } catch (error) {
    const words = signal.aborted ? wordsForSilence(timeoutMillis) : wordsForFault(faultCodeOf(error))
    throw new NoTeamDraft({ message: words, cause: error })
  }
  const { ok, words } = wordsForAnswer(answer, access.model)
  if (!ok) throw new NoTeamDraft({ message: words })
  return draftOf(contentOf(answer.body) ?? "", thinker)
}
