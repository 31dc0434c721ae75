import type { Dialect } from "./dialect.ts"

/** What the first part leaves behind, as the person answers. */
export const CURRENCY = "EUR"
export const FIGURES = `month,${CURRENCY}\njan,10\nfeb,12\n`
export const FIGURES_FILE = "artifacts/figures.csv"
export const PUBLISHED_FILE = "artifacts/published.txt"

/** Long enough for a person, short enough for the patience of any agent. */
const WAIT_SECONDS = 20
const TITLES = { write: "Write the figures", review: "Review the figures", publish: "Publish the figures" } as const
export const PART_TITLES: readonly string[] = Object.values(TITLES)

/** Asks a person for the currency, and writes the figures with a real program. */
const write = (dialect: Dialect): string =>
  dialect([
    { tool: "report_progress", args: { percent: 10, note: "I need to know the currency" } },
    {
      tool: "ask_question",
      args: { text: "Which currency?", choices: [CURRENCY, "USD"], wait_seconds: WAIT_SECONDS },
      until: '"answered"',
      as: "currency",
    },
    {
      shell: `mkdir -p artifacts && printf 'month,%s\\njan,10\\nfeb,12\\n' '<<currency.answer>>' > ${FIGURES_FILE} && wc -l < ${FIGURES_FILE}`,
    },
    { tool: "complete", args: { status: "succeeded", summary: "The figures are written." } },
    { say: "Written." },
  ])

/** Reads what the first part left, and leaves a copy and its hash. `<<write.task_id>>` is for the leader's script. */
const review = (dialect: Dialect): string =>
  dialect([
    { tool: "read_result", args: { task_id: "<<write.task_id>>", artifact: FIGURES_FILE }, as: "figures" },
    { tool: "write_artifact", args: { name: "reviewed.csv", content: "<<figures.text>>" } },
    { shell: "mkdir -p artifacts && printf '%s' '<<figures.sha256>>' > artifacts/sha256.txt && sha256sum artifacts/*" },
    { tool: "complete", args: { status: "succeeded", summary: "The figures hold: <<figures.sha256>>" } },
    { say: "Reviewed." },
  ])

/** Does not go on before a person allows it. */
const publish = (dialect: Dialect): string =>
  dialect([
    {
      tool: "request_approval",
      args: { action: "Publish the figures", detail: "Everybody will see them.", wait_seconds: WAIT_SECONDS },
      until: '"approved"',
    },
    { shell: `mkdir -p artifacts && printf published > ${PUBLISHED_FILE} && cat ${PUBLISHED_FILE}` },
    { tool: "complete", args: { status: "succeeded", summary: "The figures are out." } },
    { say: "Published." },
  ])

/** A goal that a leader cuts into three parts, each waiting for the one before; the calls that dispatch carry keys. */
export const goal = (leader: Dialect, members: Dialect): string =>
  leader([
    { tool: "list_members" },
    {
      tool: "dispatch_task",
      args: { title: TITLES.write, instructions: write(members), member: "@writer", idempotency_key: "write" },
      as: "write",
    },
    {
      tool: "dispatch_task",
      args: {
        title: TITLES.review,
        instructions: review(members),
        skills: ["review"],
        after: ["<<write.task_id>>"],
        idempotency_key: "review",
      },
      as: "review",
    },
    {
      tool: "dispatch_task",
      args: {
        title: TITLES.publish,
        instructions: publish(members),
        member: "@publisher",
        after: ["<<review.task_id>>"],
        idempotency_key: "publish",
      },
      as: "publish",
    },
    { tool: "task_status", args: { wait_seconds: WAIT_SECONDS }, until: '"open":0', as: "status" },
    { tool: "read_result", args: { task_id: "<<write.task_id>>" }, as: "one" },
    { tool: "read_result", args: { task_id: "<<review.task_id>>" }, as: "two" },
    { tool: "read_result", args: { task_id: "<<publish.task_id>>" }, as: "three" },
    {
      tool: "write_artifact",
      args: {
        name: "goal.md",
        content: "# The figures\n\n- <<one.summary>>\n- <<two.summary>>\n- <<three.summary>>\n",
      },
    },
    { tool: "complete", args: { status: "succeeded", summary: "Three parts came together." } },
    { say: "Done." },
  ])
