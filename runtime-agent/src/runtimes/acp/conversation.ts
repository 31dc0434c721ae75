import type {
  InitializeRequest,
  LoadSessionRequest,
  McpServer,
  NewSessionRequest,
  PromptRequest,
} from "@agentclientprotocol/sdk"
import type { Usage } from "@muster/domain"
import { RuntimeUnavailable } from "#src/errors.ts"
import { OVER, pause } from "#src/pause.ts"
import type { Asking } from "#src/runtimes/acp/asking.ts"
import { AgentRefused } from "#src/runtimes/acp/errors.ts"
import type { SessionMemory } from "#src/runtimes/acp/memory.ts"
import { TOOLS_LISTED_PATIENCE_MILLIS } from "#src/runtimes/acp/limits.ts"
import type { OnStage } from "#src/runtimes/acp/stages.ts"
import { Initialized, Prompted, read, SessionMade } from "#src/runtimes/acp/messages.ts"
import { turnOutcome, usageOf } from "#src/runtimes/acp/outcome.ts"
import { promptOf, resumedPromptOf, steeredPromptOf, unfinishedPromptOf } from "#src/runtimes/acp/prompt.ts"
import type { Updates } from "#src/runtimes/acp/updates.ts"
import type { Wire } from "#src/runtimes/acp/wire.ts"
import type { Outcome, RuntimeTask, SessionHost } from "#src/runtimes/contract.ts"
import { addUsage } from "#src/runtimes/shared/turn-outcome.ts"
import { AGENT_VERSION } from "#src/version.ts"

export interface ConversationOptions {
  readonly task: RuntimeTask
  readonly host: SessionHost
  readonly title: string
  readonly tellsTotals: boolean
  /** See `AcpAgentEntry`. */
  readonly listsToolsFirst: boolean
  readonly wire: Wire
  readonly asking: Asking
  readonly updates: Updates
  readonly memory: SessionMemory
  /** The working directory as the agent sees it. */
  readonly cwd: string
  readonly say: (words: string) => void
  /** Resolves when the process is written down: before that it is given no work. */
  readonly noted: Promise<void>
  readonly onStage?: OnStage
}

/** One session with an agent, from its greeting to the end of its turn. */
export interface Conversation {
  /** Resolves when the agent has a session. Rejects with what it answered, or RuntimeUnavailable. */
  readonly ready: () => Promise<void>
  /** Lets the agent work. Rejects with what it answered, or when its connection is closed. */
  readonly work: () => Promise<Outcome>
  readonly cancel: () => void
  /** What a person said: for the next turn; or this one is left off for it. */
  readonly steer: (text: string, isInterrupt: boolean) => void
  /** False while an old session is being told again. */
  readonly isLive: () => boolean
}

const TEAM_SERVER = "team"
/** The stable version of the protocol. */
const PROTOCOL_VERSION = 1

export const openConversation = (options: ConversationOptions): Conversation => {
  const { task, host, title, tellsTotals, listsToolsFirst, wire, asking, updates, memory, cwd, say, noted, onStage } =
    options
  const owner = task.conversationId ?? task.taskId
  let sessionId: string | undefined
  let isResumed = false
  let isLoading = false
  let isCancelled = false
  const said: string[] = []
  let isPrompting = false
  let isInterrupted = false
  let total: Usage | undefined
  // Asked for while the agent starts: nobody waits for it then.
  const briefed = host.briefing?.() ?? Promise.resolve(undefined)
  briefed.catch(() => undefined) // heard where it is used
  /** The agent begins meanwhile: whose session it is matters only when it is interrupted. */
  let kept: Promise<void> = Promise.resolve()
  const keep = (id: string): void => {
    kept = memory.keep(owner, id)
    kept.catch(() => undefined) // heard at the end of the first turn
  }

  const teamTools = (takesHttp: boolean): McpServer[] => {
    const { tools } = host
    if (tools === undefined) return []
    if (takesHttp)
      return [
        {
          type: "http",
          name: TEAM_SERVER,
          url: tools.url,
          headers: [{ name: "Authorization", value: `Bearer ${tools.token}` }],
        },
      ]
    say(`${title} takes no tools over HTTP: it works without the tools of the team`)
    return []
  }

  /** An agent that could not have the list of the tools would do the work without them, and call that success. */
  const toolsTaken = async (mcpServers: McpServer[]): Promise<void> => {
    if (!listsToolsFirst || mcpServers.length === 0) return
    const patience = new AbortController()
    const ending = host.signal === undefined ? patience.signal : AbortSignal.any([host.signal, patience.signal])
    const isTaken = await Promise.race([
      host.tools?.listed.then(() => true),
      pause(TOOLS_LISTED_PATIENCE_MILLIS, ending).then(() => false),
    ])
    patience.abort(OVER)
    if (isTaken === false) throw new RuntimeUnavailable({ message: `${title} did not take the tools of the team` })
  }

  /** The session of an attempt that was interrupted, where the agent still has it. */
  const resume = async (earlier: string, mcpServers: McpServer[]): Promise<boolean> => {
    isLoading = true
    try {
      await wire.request("session/load", { sessionId: earlier, cwd, mcpServers } satisfies LoadSessionRequest)
      return true
    } catch (error) {
      if (wire.isClosed()) throw error
      say(`${title} could not go on in its earlier session; it begins anew`)
      return false
    } finally {
      isLoading = false
    }
  }

  const cancel = (): void => {
    isCancelled = true
    if (sessionId !== undefined) wire.notify("session/cancel", { sessionId })
  }

  const steer = (text: string, isInterrupt: boolean): void => {
    said.push(text)
    if (!isInterrupt || !isPrompting || isCancelled || sessionId === undefined || host.completion() !== undefined)
      return
    isInterrupted = true
    say("a person interrupts this turn")
    wire.notify("session/cancel", { sessionId })
  }

  const turn = async (request: PromptRequest) => {
    try {
      return read(Prompted, await wire.request("session/prompt", request), "session/prompt")
    } catch (error) {
      // Some agents answer a turn that is left off with an error.
      if (isInterrupted && error instanceof AgentRefused) return { stopReason: "cancelled" }
      throw error
    }
  }

  const prompt = async (text: string) => {
    const request: PromptRequest = { sessionId: sessionId ?? "", prompt: [{ type: "text", text }] }
    isInterrupted = false
    isPrompting = true
    const response = await turn(request).finally(() => {
      isPrompting = false
    })
    updates.finish()
    // What an agent reckons costs nothing when it knows no prices: then it says nothing about the cost.
    const costUsd = tellsTotals ? updates.costUsd() : updates.costUsd() || undefined
    const usage = usageOf(response, costUsd, task.options.acp?.model ?? task.model?.model)
    if (usage !== undefined) {
      total = addUsage(total, tellsTotals ? usage : { ...usage, isAtLeast: true })
      host.usage(total)
    }
    return response
  }

  return {
    isLive: () => !isLoading,
    cancel,
    steer,
    ready: async () => {
      const greeting: InitializeRequest = {
        protocolVersion: PROTOCOL_VERSION,
        clientInfo: { name: "muster", title: "Muster", version: AGENT_VERSION },
        clientCapabilities: {
          fs: { readTextFile: false, writeTextFile: false },
          terminal: false,
          elicitation: { form: {} },
        },
      }
      // Looked up while the agent starts, also for one that keeps no sessions.
      const recalled = memory.recall(owner)
      recalled.catch(() => undefined) // heard below
      const greeted = read(Initialized, await wire.request("initialize", greeting), "initialize")
      onStage?.("greeted")
      const { protocolVersion, agentCapabilities } = greeted
      if (protocolVersion !== PROTOCOL_VERSION)
        throw new RuntimeUnavailable({
          message: `${title} speaks version ${protocolVersion} of the Agent Client Protocol; Muster speaks version ${PROTOCOL_VERSION}`,
        })
      const mcpServers = teamTools(agentCapabilities?.mcpCapabilities?.http === true)
      const earlier = agentCapabilities?.loadSession === true ? await recalled : undefined
      if (earlier !== undefined && (await resume(earlier, mcpServers))) {
        sessionId = earlier
        isResumed = true
        // The oldest are forgotten first; this one is in use.
        keep(earlier)
        await toolsTaken(mcpServers)
        return onStage?.("session")
      }
      const request: NewSessionRequest = { cwd, mcpServers }
      sessionId = read(SessionMade, await wire.request("session/new", request), "session/new").sessionId
      await toolsTaken(mcpServers)
      onStage?.("session")
      if (agentCapabilities?.loadSession === true) keep(sessionId)
      else if (task.conversationId !== undefined) say(`${title} keeps no sessions: it knows of this message only`)
    },
    work: async () => {
      if (isCancelled) return { kind: "cancelled" }
      const [briefing] = await Promise.all([briefed, noted])
      if (isCancelled) return { kind: "cancelled" }
      // A conversation that goes on knows its team already.
      const isGoingOn = isResumed && task.conversationId !== undefined
      let text = isGoingOn ? promptOf(task) : isResumed ? resumedPromptOf(task, briefing) : promptOf(task, briefing)
      if (said.length > 0) text = `${text}\n\n${steeredPromptOf(said.splice(0))}`
      let wasTold = false
      for (;;) {
        const prompted = await prompt(text)
        await kept
        const stopReason = isInterrupted && prompted.stopReason === "cancelled" ? "end_turn" : prompted.stopReason
        const hasMore = () =>
          stopReason === "end_turn" && !isCancelled && said.length > 0 && host.completion() === undefined
        const unfinished = stopReason === "end_turn" && !hasMore() ? await host.unfinished?.() : undefined
        if (hasMore()) text = steeredPromptOf(said.splice(0))
        else if (unfinished !== undefined && !wasTold && !isCancelled) {
          wasTold = true
          text = unfinishedPromptOf(unfinished)
        } else
          return turnOutcome({
            stopReason,
            updates,
            completion: host.completion(),
            denied: asking.denied(),
            unfinished,
          })
      }
    },
  }
}
