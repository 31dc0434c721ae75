import { spawn } from "node:child_process"
import { once } from "node:events"
import { Readable, Writable } from "node:stream"
import { client, methods, ndJsonStream, type StopReason } from "@agentclientprotocol/sdk"
import type { OnStage } from "#src/runtimes/acp/stages.ts"

export interface DirectTurn {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  readonly prompt: string
  /** Hears of the same moments as a measured turn through Muster. */
  readonly onStage?: OnStage
}

/**
 * Runs one turn of an agent with nothing of Muster in between: the protocol's own library over a plain child process. All permissions
 * are given. Says how the turn stopped.
 */
export const driveDirectly = async ({ argv, env, cwd, prompt, onStage }: DirectTurn): Promise<StopReason> => {
  const [file = "", ...args] = argv
  const child = spawn(file, args, { cwd, env: { ...env }, stdio: ["pipe", "pipe", "ignore"] })
  onStage?.("started")
  const exited = once(child, "exit")
  const stream = ndJsonStream(
    Writable.toWeb(child.stdin) as WritableStream<Uint8Array>,
    Readable.toWeb(child.stdout) as ReadableStream<Uint8Array>,
  )
  try {
    return await client({ name: "direct" })
      .onRequest(methods.client.session.requestPermission, ({ params }) => ({
        outcome: { outcome: "selected", optionId: params.options[0]?.optionId ?? "" },
      }))
      .connectWith(stream, async (agent) => {
        await agent.request(methods.agent.initialize, { protocolVersion: 1, clientCapabilities: {} })
        onStage?.("greeted")
        const { sessionId } = await agent.request(methods.agent.session.new, { cwd, mcpServers: [] })
        onStage?.("session")
        const turn = await agent.request(methods.agent.session.prompt, {
          sessionId,
          prompt: [{ type: "text", text: prompt }],
        })
        onStage?.("answered")
        return turn.stopReason
      })
  } finally {
    child.kill("SIGTERM")
    await exited
    onStage?.("ended")
  }
}
