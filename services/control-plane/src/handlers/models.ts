import type { ModelCheck, NewModelOverride } from "@muster/contracts"
import {
  accept,
  fact,
  type Fact,
  type ModelScope,
  refuse,
  streams,
  tidyBaseUrl,
  type MemberId,
  type TeamId,
} from "@muster/domain"
import { type ModelEndpoint, type ModelPlace, SecretSealed } from "@muster/operational-state"
import type { CommandContext } from "#src/commands/execute.ts"
import { accepted, requireOpen, requireOpenTeam } from "#src/handlers/accepted.ts"
import type { Desk } from "#src/handlers/desk.ts"
import type { Handlers } from "#src/http/calls.ts"
import { ProblemError } from "#src/http/problem.ts"
import { checkModel } from "#src/models/check.ts"
import { KEY_SEALED, NO_MODEL } from "#src/models/reason.ts"

type ModelRoutes = Extract<keyof Handlers, `${string}Model` | "listModels">

/** A part of the organisation for which a model is set. */
interface Where {
  readonly team?: TeamId
  readonly member?: MemberId
}

const scopeOf = ({ team, member }: Where): ModelScope => {
  if (team === undefined) return { kind: "organisation" }
  return member === undefined ? { kind: "team", teamId: team } : { kind: "member", teamId: team, memberId: member }
}

const placeOf = ({ orgId }: Pick<CommandContext, "orgId">, { team, member }: Where): ModelPlace => ({
  orgId,
  ...(team === undefined ? {} : { teamId: team }),
  ...(member === undefined ? {} : { memberId: member }),
})

const atKey = (detail: string): ProblemError =>
  new ProblemError("validation", undefined, { errors: [{ pointer: "/key", detail }] })

/** A key must go nowhere but where it was meant for. Fails with ProblemError `validation`. */
const requireKeyFits = ({ baseUrl, key }: NewModelOverride, before: ModelEndpoint | undefined): void => {
  if (baseUrl === null) {
    if (typeof key === "string") throw atKey("A key belongs to a base URL: write both, or neither.")
    return
  }
  if (key !== undefined || before === undefined || before.key === null || before.baseUrl === null) return
  if (new URL(baseUrl).origin !== new URL(before.baseUrl).origin)
    throw atKey("This is another host: its key is needed again.")
}

/**
 * Which model agents use. Each change is recorded first, without the key, and then kept: repeating the command with its idempotency key
 * goes on where it was broken off.
 */
export const modelHandlers = (desk: Desk): Pick<Handlers, ModelRoutes> => {
  const { execute, streams: readers, state } = desk

  /** A setting may be removed also where nothing new can be set any more. */
  const record = async (context: CommandContext, { team, member }: Where, change: Fact) => {
    const isNew = change.type === "ModelEndpointSet"
    if (team === undefined) {
      const { orgId } = context
      return execute({ stream: streams.org(orgId), reader: readers.org, context, decide: () => accept(change) })
    }
    if (member === undefined)
      return execute({
        stream: streams.team(team),
        reader: readers.team,
        context,
        decide: (known) => {
          if (isNew) requireOpen(known)
          return accept(change)
        },
      })
    return execute({
      stream: streams.member(member),
      reader: readers.member,
      context,
      decide: async (known) => {
        if (isNew) await requireOpenTeam(readers, team)
        return known.isRemoved && isNew ? refuse("removed", "the member was removed") : accept(change)
      },
    })
  }

  const set = async (context: CommandContext, where: Where, body: NewModelOverride) => {
    const place = placeOf(context, where)
    const { teamId = null, memberId = null } = place
    const known = await state.models.list(context.orgId)
    requireKeyFits(
      body,
      known.find((each) => each.teamId === teamId && each.memberId === memberId),
    )
    if (typeof body.key === "string" && !state.models.canKeepKeys)
      throw new ProblemError("unavailable", "No master key is configured here, so keys cannot be kept.")
    const { model, key } = body
    const baseUrl = body.baseUrl === null ? null : tidyBaseUrl(body.baseUrl)
    const change = fact("ModelEndpointSet", { scope: scopeOf(where), baseUrl, model, isKeyChanged: key !== undefined })
    const outcome = await record(context, where, change)
    await state.models.set(place, { baseUrl, model, key })
    return accepted(where.member ?? where.team ?? context.orgId, outcome)
  }

  const remove = async (context: CommandContext, where: Where) => {
    const outcome = await record(context, where, fact("ModelEndpointRemoved", { scope: scopeOf(where) }))
    await state.models.remove(placeOf(context, where))
    return accepted(where.member ?? where.team ?? context.orgId, outcome)
  }

  const check = async (context: CommandContext, where: Where): Promise<ModelCheck> => {
    const without = (words: string): ModelCheck => ({ ok: false, words, status: null, millis: 0 })
    try {
      const access = await state.models.access(placeOf(context, where))
      return access === undefined ? without(NO_MODEL) : await checkModel(access)
    } catch (error) {
      if (error instanceof SecretSealed) return without(KEY_SEALED)
      throw error
    }
  }

  return {
    listModels: async ({ subject }) => ({ items: await state.models.list(subject.orgId), next: null }),
    setOrganisationModel: ({ body, context }) => set(context, {}, body),
    removeOrganisationModel: ({ context }) => remove(context, {}),
    checkOrganisationModel: ({ context }) => check(context, {}),
    setTeamModel: ({ params, body, context }) => set(context, params, body),
    removeTeamModel: ({ params, context }) => remove(context, params),
    checkTeamModel: ({ params, context }) => check(context, params),
    setMemberModel: ({ params, body, context }) => set(context, params, body),
    removeMemberModel: ({ params, context }) => remove(context, params),
    checkMemberModel: ({ params, context }) => check(context, params),
  }
}
