import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import {
  type Abilities,
  type Accepted,
  type BulkReply,
  type NewMember,
  type TaskDoc,
  type TeamDraft,
  type TeamTemplate,
  teamTemplates,
  type TemplateMember,
} from "@muster/contracts"
import { isOpen } from "@muster/domain"
import { installScriptedAgent } from "@muster/runtime-agent/testing"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { confinement, type Confinement } from "./isolation/confinement.ts"
import { readOutput, readTeam, startSignedIn, waitFor, waitOnline, type Api, type Muster } from "./harness/index.ts"

const WAIT_MILLIS = 120_000
const BRIEFING = "You are here for proofs, and say so."

/** Coding agents are stood in for by a small scripted one over the real protocol, which says what it was told. */
const withScriptedAgent = (member: TemplateMember, argv: readonly string[]): TemplateMember =>
  member.runtime === "acp" ? { ...member, runtimeOptions: { acp: { agent: "custom", argv } } } : member

const isThinking = ({ members }: TeamTemplate) => members.some(({ runtime }) => runtime === "acp")
/** Its members hand things on through the team's folder, which tasks see in a sandbox alone. */
const needsTeamFolder = ({ firstWork }: TeamTemplate) => firstWork.some(({ script }) => script?.includes("/team"))
const isOpenclaw = ({ members }: TeamTemplate) => members.some(({ runtime }) => runtime === "openclaw")

describe("the built-in templates, through the product", () => {
  let muster: Muster
  let api: Api
  let dir: string
  let argv: readonly string[]
  let sandbox: Confinement
  beforeAll(async () => {
    sandbox = await confinement()
    dir = mkdtempSync(join(tmpdir(), "muster-proof-templates-"))
    argv = await installScriptedAgent(dir)
    const env = { MUSTER_DEMO_MODEL: "scripted", MUSTER_RUNTIMES_DIR: dir }
    ;({ muster, api } = await startSignedIn({ env }))
  })
  afterAll(async () => {
    await muster?.stop()
    rmSync(dir, { recursive: true, force: true })
  })

  const make = async (template: TeamTemplate): Promise<string> => {
    const members = template.members.map((member): NewMember => ({
      ...withScriptedAgent(member, argv),
      ...(member.runtime === "acp" ? { briefing: BRIEFING } : {}),
    }))
    const { id, position } = await api.json<Accepted>("POST", "/teams", { body: { name: template.id, members } })
    expect((await readTeam(api, id, position)).members).toHaveLength(members.length)
    return id
  }

  /** All at once, as the wizard does; answers with the tasks in the order of the template. */
  const dispatchFirstWork = async (team: string, { firstWork }: TeamTemplate): Promise<readonly string[]> => {
    const { members } = await readTeam(api, team)
    const tasks = firstWork.map(({ ref, to, after, script, runtimeOptions }) => ({
      ref,
      title: ref,
      instructions: script ?? "Say what you were told.",
      ...("handle" in to
        ? { memberId: members.find(({ handle }) => handle === to.handle)?.id }
        : { pool: { skills: to.skills } }),
      ...(after === undefined ? {} : { afterRefs: after }),
      ...(runtimeOptions === undefined ? {} : { runtimeOptions }),
    }))
    const { verdicts } = await api.json<typeof BulkReply.Type>("POST", `/teams/${team}/tasks/bulk`, { body: { tasks } })
    return verdicts.map((verdict) => {
      if (!verdict.ok) throw new Error(verdict.detail)
      return verdict.id
    })
  }

  /** Waits until none is open, and gives leave where it is asked for. */
  const attend = async (team: string): Promise<readonly TaskDoc[]> => {
    let seen: readonly TaskDoc[] = []
    return waitFor(
      "the first work has ended",
      async () => {
        ;({ items: seen } = await api.json<{ items: readonly TaskDoc[] }>("GET", `/teams/${team}/tasks`))
        for (const { id, approvals } of seen)
          for (const { id: approval, hash } of approvals) {
            const body = { isApproved: true, hash }
            // Somebody is asked once: the next look does not show it any more.
            await api.call("POST", `/teams/${team}/tasks/${id}/approvals/${approval}/decide`, { body })
          }
        return seen.length > 0 && seen.every(({ phase }) => !isOpen(phase)) ? seen : undefined
      },
      WAIT_MILLIS,
      () => seen.map(({ title, phase }) => `${title}: ${phase}`),
    )
  }

  it.for(teamTemplates.filter((template) => !isOpenclaw(template)).map((template) => [template.id, template] as const))(
    "%s is made in one request, and its members do its first work",
    async ([, template], { skip }) => {
      skip(needsTeamFolder(template) && !sandbox.isPossible, `tasks see no /team: ${sandbox.reason}`)
      const team = await make(template)
      await waitOnline(api, team)
      const ids = await dispatchFirstWork(team, template)
      const ended = await attend(team)
      expect(ended.map(({ title, phase }) => `${title}: ${phase}`).toSorted()).toEqual(
        template.firstWork.map(({ ref }) => `${ref}: succeeded`).toSorted(),
      )
      if (!isThinking(template)) return
      const said = (await readOutput(api, team, ids[0] ?? "")).toString()
      expect(said).toContain("Your part in it, from whoever keeps the team:")
      expect(said).toContain(BRIEFING)
    },
  )

  it("the data pipeline hands files on, from step to step", async ({ skip }) => {
    skip(!sandbox.isPossible, `tasks see no /team: ${sandbox.reason}`)
    const { items: teams } = await api.json<{ items: readonly { id: string; name: string }[] }>("GET", "/teams")
    const team = teams.find(({ name }) => name === "data-pipeline")?.id ?? ""
    const { items } = await api.json<{ items: readonly TaskDoc[] }>("GET", `/teams/${team}/tasks`)
    const load = items.find(({ title }) => title === "load")
    expect(load?.artifacts.map(({ name }) => name)).toEqual(["artifacts/summary.csv"])
    const [summary] = load?.artifacts ?? []
    const { bytes } = await api.bytes(`/teams/${team}/tasks/${load?.id ?? ""}/artifacts/${summary?.sha256 ?? ""}`)
    expect(bytes.toString()).toMatch(/^days,orders,best_day\n30,\d+,\d+\n$/u)
  })

  it("OpenClaw's members wait where it is not installed, and product and members say the same command", async () => {
    const template = teamTemplates.find(isOpenclaw)
    if (template === undefined) throw new Error("there is one with OpenClaw")
    const team = await make(template)
    const { items } = await api.json<Abilities>("GET", "/runtimes")
    const openclaw = items?.find(({ runtime }) => runtime === "openclaw")
    const blocked = await waitFor(
      "its members say why they wait",
      async () => {
        const { members } = await readTeam(api, team)
        const reasons = members.flatMap(({ blockedReason }) => blockedReason ?? [])
        return reasons.length === members.length ? reasons : undefined
      },
      WAIT_MILLIS,
    )
    expect(openclaw).toMatchObject({ state: "missing", version: null, needsModel: true })
    expect(openclaw?.reason).toContain("npm run runtimes -- install openclaw")
    expect(new Set(blocked)).toEqual(new Set([openclaw?.reason]))
  })

  it("says of every runtime whether it is there, and that the scripted model is", async () => {
    const { items, hasModel } = await api.json<Abilities>("GET", "/runtimes")
    expect(hasModel).toBe(true)
    const states = (items ?? []).map(({ runtime, agent, state }) => `${agent ?? runtime}: ${state}`)
    expect(states).toContain("simulated: ready")
    expect(states).toContain("command: ready")
    expect(states).toContain("opencode: missing")
  })

  it("proposes a team from a sentence, labelled as the script that it is, and it can be made", async () => {
    const body = { sentence: "Somebody who tells me who is there." }
    const draft = await api.json<TeamDraft>("POST", "/teams/draft", { body })
    expect(draft).toMatchObject({ name: "Scripted demo team", members: [{ handle: "lead" }, { handle: "runner" }] })
    const { name, description, members } = draft
    await api.json<Accepted>("POST", "/teams", { body: { name, description, members } })
  })
})
