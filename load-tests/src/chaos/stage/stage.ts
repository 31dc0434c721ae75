import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { NewMember, TeamDoc } from "@muster/contracts"
import { silentLog } from "@muster/platform/local"
import { agentsOf, makeTeam, processesOf, readTeam, signIn, waitOnline, type Api } from "@muster/standalone/testing"
import type { Crew } from "../load/tasks.ts"
import { MEMBERS_PER_TEAM, SLOTS_PER_MEMBER, TEAMS, VIEWERS } from "../limits.ts"
import type { Abilities, Victim } from "../plan/kinds.ts"
import type { Victims } from "../plan/plan.ts"
import { hasBundle, startAgent, type Agent } from "./agents.ts"
import { findClockLibrary, makeOwnClock, type OwnClock } from "./clock.ts"
import { makeLinks, type Links } from "./links.ts"
import { seeOff } from "./processes.ts"
import { clockFileOf, startProduct, type Product } from "./product.ts"
import { startServers, type Servers } from "./servers.ts"
import { canMakeSmallDisk, makeSmallDisk, type SmallDisk } from "./small-disk.ts"
import { openViewer, type Viewer } from "./viewers.ts"

/** A member whose agent the product itself keeps running. */
export interface LocalAgent {
  readonly name: string
  readonly memberId: string
}

/** Everything that runs, and is to be struck. */
export interface Stage {
  readonly dir: string
  readonly servers: Servers
  readonly links: Links
  readonly products: readonly Product[]
  readonly agents: readonly Agent[]
  readonly localAgents: readonly LocalAgent[]
  readonly viewers: readonly Viewer[]
  readonly crews: readonly Crew[]
  readonly abilities: Abilities
  readonly victims: Victims
  readonly api: Api
  readonly cookie: string
  /** The process of a local agent now; undefined when there is none. */
  readonly pidOfLocal: (memberId: string) => number | undefined
  /** Ends what makes load on the product and all that is not to be compared. */
  readonly endProducts: () => Promise<void>
  /** Ends everything and removes what it left. */
  readonly close: () => Promise<void>
}

export interface StageOptions {
  readonly apps: number
  readonly tell: (line: string) => void
  readonly log: (who: string, line: string) => void
}

type Closing = () => Promise<void> | void

const STARTER = "Starter"

const members = (): readonly NewMember[] =>
  Array.from({ length: MEMBERS_PER_TEAM }, (_, index) => ({
    handle: `m${index}`,
    runtime: "simulated",
    slots: SLOTS_PER_MEMBER,
    placement: "manual",
    ...(index === 0 ? { role: "leader" as const } : {}),
  }))

/** The ready-made team's scripted members: their agents are the product's own children. */
const starterCrew = async (api: Api): Promise<Crew> => {
  const { items } = await api.json<{ readonly items: readonly TeamDoc[] }>("GET", "/teams")
  const team = items.find(({ name }) => name === STARTER)
  if (team === undefined) throw new TypeError(`there is no team ${STARTER}`)
  await waitOnline(api, team.id)
  const scripted = (await readTeam(api, team.id)).members.filter(({ runtime }) => runtime === "simulated")
  const slots = scripted.reduce((sum, member) => sum + member.slots, 0)
  return { teamId: team.id, memberIds: scripted.map(({ id }) => id), slots }
}

const victimsOf = (stage: Pick<Stage, "products" | "agents" | "localAgents" | "links">): Victims => {
  const { products, agents, localAgents, links } = stage
  const named = (of: readonly { readonly name: string }[]) => of.map(({ name }) => name)
  const victims: Partial<Record<Victim, readonly string[]>> = {
    app: named(products),
    agent: named(agents),
    "local-agent": named(localAgents),
    "small-disk-agent": named(agents.filter(({ disk }) => disk !== undefined)),
    redis: ["redis"],
    postgres: ["postgres"],
  }
  for (const link of ["agent-redis", "app-postgres", "app-redis", "client-app"] as const)
    victims[`link ${link}`] = links.namesOf(link)
  return victims
}

/** Starts all of it and waits until every agent is heard. What was started is ended again when something fails. */
export const openStage = async ({ apps, tell, log }: StageOptions): Promise<Stage> => {
  const closing: Closing[] = []
  const close = async (): Promise<void> => {
    const failures: unknown[] = []
    for (let one = closing.pop(); one !== undefined; one = closing.pop())
      try {
        await one()
      } catch (error) {
        failures.push(error)
      }
    if (failures.length > 0) throw new AggregateError(failures, `not all ended as it should: ${failures.join("; ")}`)
  }
  try {
    const dir = mkdtempSync(join(tmpdir(), "muster-chaos-"))
    closing.push(() => rmSync(dir, { recursive: true, force: true }))
    const library = await findClockLibrary(tell)
    const abilities: Abilities = { smallDisk: canMakeSmallDisk(), ownClock: library !== undefined }
    const clockOf = (name: string): OwnClock | undefined =>
      library === undefined ? undefined : makeOwnClock(library, clockFileOf(dir, name))
    const links = makeLinks()
    closing.push(links.close)
    const servers = await startServers(silentLog)
    closing.push(servers.stop)
    tell("the database and the bus run")

    const products: Product[] = []
    const endProducts = async (): Promise<void> => {
      await Promise.all(products.map((product) => product.stop()))
    }
    const startOne = async (index: number): Promise<Product> => {
      const name = `app-${index + 1}`
      const product = await startProduct({
        name,
        servers,
        links,
        isBundled: hasBundle(),
        clock: clockOf(name),
        log: (line) => log(name, line),
      })
      products.push(product)
      closing.push(async () => {
        await product.stop()
        await seeOff(processesOf(product.muster).map(({ pid }) => pid))
        await product.muster.stop()
      })
      return product
    }
    const firstProduct = await startOne(0)
    const direct = await signIn(firstProduct.muster.url, firstProduct.muster.setupCode, "Chaos")
    const cookie = direct.cookie ?? ""
    for (let index = 1; index < apps; index++) await startOne(index)
    tell(`${products.length} Muster${products.length > 1 ? "s run" : " runs"}`)

    const agents: Agent[] = []
    closing.push(async () => {
      await Promise.all(agents.map((agent) => agent.stop()))
    })
    const crews: Crew[] = []
    const agentsDir = join(dir, "agents")
    mkdirSync(agentsDir)
    const disk = (isLast: boolean): SmallDisk | undefined => {
      if (!isLast || !abilities.smallDisk) return undefined
      const made = makeSmallDisk(join(dir, "small-disk"))
      // Before the directory is removed, after the agents have ended.
      closing.splice(1, 0, made.remove)
      return made
    }
    for (let team = 0; team < TEAMS; team++) {
      const { teamId, memberIds } = await makeTeam(direct, `Chaos ${team + 1}`, members())
      crews.push({ teamId, memberIds, slots: memberIds.length * SLOTS_PER_MEMBER })
      for (const memberId of memberIds) {
        const name = `agent-${agents.length + 1}`
        const redis = await links.make("agent-redis", `${name} to redis`, servers.redisPort)
        const product = products[agents.length % products.length] ?? firstProduct
        agents.push(
          await startAgent({
            name,
            dir: agentsDir,
            teamId,
            memberId,
            api: direct,
            controlPlaneUrl: product.url,
            redis,
            clock: clockOf(name),
            disk: disk(agents.length === TEAMS * MEMBERS_PER_TEAM - 1),
          }),
        )
      }
    }
    const starter = await starterCrew(direct)
    for (const { teamId } of crews) await waitOnline(direct, teamId)
    const localAgents = starter.memberIds.map((memberId, index) => ({ name: `local-${index + 1}`, memberId }))
    tell(`${agents.length + localAgents.length} agents are online`)

    const viewers: Viewer[] = []
    closing.push(() => {
      for (const viewer of viewers) viewer.close()
    })
    for (let index = 0; index < VIEWERS; index++) {
      const product = products[index % products.length] ?? firstProduct
      viewers.push(openViewer(crews[index % crews.length]?.teamId ?? "", product.url, cookie))
    }
    return {
      dir,
      servers,
      links,
      products,
      agents,
      localAgents,
      viewers,
      crews: [...crews, starter],
      abilities,
      victims: victimsOf({ products, agents, localAgents, links }),
      api: direct,
      cookie,
      pidOfLocal: (memberId) => {
        for (const { muster } of products) {
          const pid = agentsOf(muster).get(memberId)
          if (pid !== undefined) return pid
        }
        return undefined
      },
      endProducts,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
