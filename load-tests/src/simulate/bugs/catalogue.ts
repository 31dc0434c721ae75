import type { Bug, Edit } from "./bug.ts"

const edit = (file: string, find: string, put: string): Edit => ({ file, find, put })

const DECIDE = "packages/domain/src/task/decide.ts"
const EVOLVE = "packages/domain/src/task/evolve.ts"
const INGEST = "services/dispatcher/src/loops/ingest.ts"
const ASSIGN = "services/dispatcher/src/loops/assign.ts"
const PRESENCE = "services/dispatcher/src/loops/presence.ts"
const MAILROOM = "services/dispatcher/src/mailroom.ts"
const TASK = "services/dispatcher/src/model/task.ts"
const FOLD = "runtime-agent/src/journal/fold.ts"
const OUTBOX = "runtime-agent/src/outbox/outbox.ts"

/** Nobody notices any more that an inbox ends below what was put into it. */
const BLIND_TO_NEW_INBOXES: readonly Edit[] = [
  edit(
    MAILROOM,
    "{ generation, headPosition, after, cap: INBOX_MAX_ENTRIES }",
    "{ generation, headPosition, cap: INBOX_MAX_ENTRIES }",
  ),
  edit(
    "services/dispatcher/src/loops/health.ts",
    `      else if (isMadeAnew(lastId, through[i] ?? "0")) deliverer.republish(member.memberId)\n`,
    "",
  ),
]

/** Those that take the most histories: begun first, so that all threads end together. */
const HARDEST: readonly string[] = [
  "that paused work goes on is said only once",
  "an assignment that is learned of while a later one is on its way is not delivered",
  "an assignment that is learned of too late is not delivered",
]

const planted: readonly Bug[] = [
  {
    name: "reports are not fenced by assignment",
    edits: [
      edit(
        DECIDE,
        "if (assignment === undefined || assignment.id !== report.assignmentId)",
        "if (assignment === undefined)",
      ),
      edit(
        INGEST,
        "if (hold?.assignmentId !== report.assignmentId || hold.memberId !== entry.memberId) {",
        "if (hold === undefined || hold.memberId !== entry.memberId) {",
      ),
    ],
  },
  {
    name: "reports are acknowledged before they are recorded",
    edits: [
      edit(
        INGEST,
        "const done = new Set(await handle(entries, core.nowMillis()))\n          await settle([...done])",
        "await settle(entries)\n          const done = new Set(await handle(entries, core.nowMillis()))",
      ),
    ],
  },
  {
    name: "reports that the log did not take are settled",
    edits: [
      edit(
        INGEST,
        `        outcome.kind === "later" ||
        (outcome.kind === "gone" && !reports.every(({ entry }) => core.holds(entry.teamId)))`,
        `        outcome.kind === "gone" && !reports.every(({ entry }) => core.holds(entry.teamId))`,
      ),
    ],
  },
  {
    name: "an agent does not send its reports again",
    edits: [
      edit(OUTBOX, "if (last === undefined || now - last >= timings.ackTimeoutMillis)", "if (last === undefined)"),
      edit(OUTBOX, "    resendAll: () => {\n      sentAt.clear()\n", "    resendAll: () => {\n"),
    ],
  },
  {
    name: "a restarted agent uses report numbers again",
    edits: [edit(FOLD, "      state.nextSeq = Math.max(state.nextSeq, record.nextSeq)\n", "")],
  },
  {
    name: "a task that was delivered again is begun again",
    edits: [
      edit(
        "runtime-agent/src/work/work-loop.ts",
        "    if (journal.state.finished.has(assignmentId)) {",
        `    if (journal.state.finished.has(assignmentId) && entryId === "") {`,
      ),
      edit(
        FOLD,
        "if (state.open.has(assignmentId) || state.finished.has(assignmentId)) return",
        "if (state.open.has(assignmentId)) return",
      ),
    ],
  },
  {
    name: "a member that becomes free wakes nobody",
    edits: [
      edit(
        "services/dispatcher/src/model/reactions.ts",
        `    reactions.push({ kind: "offer", memberId: holder })\n`,
        "",
      ),
    ],
  },
  {
    name: "a chore that is added does not ring",
    edits: [
      edit("services/dispatcher/src/chores.ts", "notBeforeMillis: 0 })\n      bell.ring()", "notBeforeMillis: 0 })"),
    ],
  },
  {
    name: "the epoch does not rise after a lost lease",
    edits: [
      edit(DECIDE, "epoch: state.epoch + 1 }", "epoch: state.leaseExpiries > 0 ? state.epoch : state.epoch + 1 }"),
    ],
  },
  {
    name: "failures are tried again without counting",
    edits: [edit(DECIDE, "policy !== undefined && state.attempt < policy.maxAttempts", "policy !== undefined")],
  },
  {
    name: "a lost agent costs an attempt",
    edits: [edit(EVOLVE, "attempt: state.attempt - 1, leaseExpiries", "attempt: state.attempt, leaseExpiries")],
  },
  {
    name: "a cancel is said only once",
    edits: [
      edit(
        TASK,
        `    ...(hold.cancelReason === undefined ? [] : [{ ...of, kind: "cancel", reason: hold.cancelReason } as const]),\n`,
        "",
      ),
      edit(PRESENCE, "      if (hold.cancelReason === undefined) goesOn.add", "      goesOn.add"),
      edit(PRESENCE, "      else reasons.set(hold.assignmentId, hold.cancelReason)\n", ""),
    ],
  },
  {
    name: "answers are said only once",
    edits: [edit(TASK, "    ...hold.answers,\n    ...(hold.wasPaused", "    ...(hold.wasPaused")],
  },
  {
    name: "that paused work goes on is said only once",
    edits: [
      edit(
        TASK,
        `...(hold.wasPaused ? [{ ...of, kind: state.isPaused ? "pause" : "resume" } as const] : []),`,
        `...(hold.wasPaused && state.isPaused ? [{ ...of, kind: "pause" } as const] : []),`,
      ),
    ],
  },
  {
    name: "ended work is never called back",
    edits: [edit(PRESENCE, "        recall(memberId, presence.value.live, nowMillis)\n", "")],
  },
  {
    name: "a member is given one task too many",
    edits: [
      edit(
        ASSIGN,
        "return state.profile.slots + PREFETCH_WINDOW_TASKS - core",
        "return state.profile.slots + 1 + PREFETCH_WINDOW_TASKS - core",
      ),
    ],
  },
  {
    name: "a paused member is given work",
    edits: [edit(ASSIGN, "state.isPresent && !state.isPaused && ", "state.isPresent && ")],
  },
  {
    name: "low priority goes first",
    edits: [edit("services/dispatcher/src/model/queue.ts", "b.priority - a.priority ||", "a.priority - b.priority ||")],
  },
  {
    name: "deadlines are ignored",
    edits: [
      edit(
        "services/dispatcher/src/model/due.ts",
        `  if (deadlineAt !== undefined && parse(deadlineAt) <= nowMillis) return { kind: "expire", deadlineAt }\n`,
        "",
      ),
    ],
  },
  {
    name: "waiting for a person uses up the time limit",
    edits: [
      edit(
        TASK,
        `const isCounted = (state: TaskState) => state.phase === "running"`,
        `const isCounted = (state: TaskState) => state.phase !== "assigned"`,
      ),
    ],
  },
  {
    name: "a dependency that failed releases what waits for it",
    edits: [
      edit(
        "services/dispatcher/src/dependencies.ts",
        `if (state.phase === "succeeded") return "succeeded"`,
        `if (isClosed(state.phase)) return "succeeded"`,
      ),
    ],
  },
  {
    name: "an assignment that is learned of too late is not delivered",
    edits: [
      edit(
        MAILROOM,
        "const through = attempted.get(memberId)\n      return through",
        "const through = attempted.get(`not ${memberId}` as MemberId)\n      return through",
      ),
    ],
  },
  {
    name: "an assignment that is learned of while a later one is on its way is not delivered",
    edits: [
      edit(
        MAILROOM,
        "const through = attempted.get(memberId)\n      return through",
        "const through = published.get(memberId)\n      return through",
      ),
    ],
  },
  {
    name: "an inbox that was made anew is not filled again",
    edits: BLIND_TO_NEW_INBOXES,
  },
  {
    name: "a rebuilt bus lacks what is held",
    edits: [
      ...BLIND_TO_NEW_INBOXES,
      edit(
        MAILROOM,
        "      await publishHeld(member, undefined)\n",
        "      published.set(member.memberId, core.startHead)\n",
      ),
    ],
  },
  {
    name: "a task that has ended can be cancelled",
    edits: [
      edit(
        DECIDE,
        `  if (isClosed(state.phase)) return refuse("closed", closedDetail(state))\n  if (!isHeld`,
        `  if (state.phase === "cancelled") return refuse("closed", closedDetail(state))\n  if (!isHeld`,
      ),
    ],
  },
  {
    name: "no grace after the bus was lost",
    edits: [
      edit(
        "services/dispatcher/src/model/leases.ts",
        "this.#graceFromMillis = Math.max(this.#graceFromMillis, nowMillis)",
        "this.#graceFromMillis = Math.max(this.#graceFromMillis, nowMillis - this.#leaseMillis)",
      ),
    ],
  },
  {
    name: "a removed member's work is left alone",
    edits: [
      edit(
        "services/dispatcher/src/life.ts",
        `for (const { taskId } of world.openOf(reaction.memberId)) reactOne({ kind: "orphaned", taskId })`,
        `for (const { taskId } of world.heldBy(reaction.memberId)) reactOne({ kind: "orphaned", taskId })`,
      ),
    ],
  },
  {
    name: "the last words of a turn are lost",
    edits: [
      edit(
        "services/dispatcher/src/record.ts",
        "[...facts, ...lastWords(entry.taskId, entry.state, facts)]",
        "entry.state.attempt > 1 ? facts : [...facts, ...lastWords(entry.taskId, entry.state, facts)]",
      ),
    ],
  },
]

/** Bugs that are planted one at a time. Each of them once was, or could have been, somebody's honest mistake. */
export const bugs: readonly Bug[] = [
  ...planted.filter(({ name }) => HARDEST.includes(name)),
  ...planted.filter(({ name }) => !HARDEST.includes(name)),
]
