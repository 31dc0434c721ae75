import { artifactPaths } from "#src/team-volume/names.ts"
import type { MemberDoc, RunDoc, TaskDetail, TaskDoc, TeamDoc } from "@muster/contracts"

/** Raised when the shape of the files changes: volumes of another format are written anew. */
export const VOLUME_FORMAT = 1

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`

/** `team.json`. How members' runtimes are set up is left out: it is nobody's business but theirs. */
export const teamFile = (team: TeamDoc, members: readonly MemberDoc[]): string =>
  json({
    format: VOLUME_FORMAT,
    team,
    members: members.map((member) => ({ ...member, runtimeOptions: undefined })),
  })

/** `tasks/<id>.json`: what was asked for and how it stands. */
export const taskFile = ({ task, spec }: TaskDetail): string => json({ format: VOLUME_FORMAT, task, spec })

/** The newest finished run; undefined while there is none. */
export const lastRun = (task: TaskDoc): RunDoc | undefined => task.runs.at(-1)

const artifactLinks = (task: TaskDoc): readonly { readonly name: string; readonly path: string }[] =>
  [...artifactPaths(task.artifacts.map((artifact) => artifact.name))].map(([name, parts]) => ({
    name,
    path: `artifacts/${task.id}/${parts.join("/")}`,
  }))

/** `results/<taskId>/result.json`: the outcome of the newest finished run. Paths are relative to the team's folder. */
export const resultFile = (task: TaskDoc, run: RunDoc): string =>
  json({
    format: VOLUME_FORMAT,
    taskId: task.id,
    number: task.number,
    title: task.title,
    ...run,
    artifacts: artifactLinks(task),
  })

/** Text in one line, with what Markdown would act on made harmless. */
const inline = (text: string): string => text.replace(/\s+/gu, " ").replace(/[\\`*_[\]<>#|]/gu, "\\$&")

/** `results/<taskId>/result.md`: the same for people. What the agent wrote stands under "Summary" as it is. */
export const resultPage = (task: TaskDoc, run: RunDoc, member: MemberDoc | undefined): string => {
  const links = artifactLinks(task)
  return [
    `# T-${task.number}: ${inline(task.title)}`,
    "",
    `- Outcome: ${run.outcome}${run.reason === null ? "" : ` (${run.reason})`}`,
    `- Member: ${member === undefined ? (run.memberId ?? "nobody") : `@${member.handle}`}`,
    `- Run ${run.run}, attempts: ${run.attempts}`,
    `- Started: ${run.startedAt ?? "never"}, ended: ${run.endedAt}`,
    ...(run.message === "" ? [] : [`- Message: ${inline(run.message)}`]),
    ...(run.result?.exitCode === undefined ? [] : [`- Exit code: ${run.result.exitCode}`]),
    "",
    "## Summary",
    "",
    run.result === null || run.result.summary === "" ? "(none)" : run.result.summary,
    "",
    ...(links.length === 0 ? [] : ["## Artifacts", ""]),
    ...links.map(
      ({ name, path }) => `- [${inline(name)}](<../../${path.split("/").map(encodeURIComponent).join("/")}>)`,
    ),
    ...(links.length === 0 ? [] : [""]),
  ].join("\n")
}
