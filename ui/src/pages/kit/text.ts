import { language } from "#src/i18n/language.ts"
import type { Presence, TaskStateName } from "#src/parts/state-table.ts"
import { chinese } from "#src/pages/kit/text-zh.ts"

interface Person {
  readonly name: string
  readonly role: string
  readonly presence: Presence
  readonly task: string
  /** Milliseconds since the last word of it. */
  readonly age: number
  readonly state: TaskStateName
}

const english = {
  title: "Parts",
  sections: {
    buttons: "Buttons",
    states: "Task states",
    presence: "Presence and avatars",
    fields: "Fields",
    choices: "Choices",
    floating: "Floating",
    feedback: "Feedback",
    panes: "Panes",
    status: "Freshness",
    lists: "Long lists",
    text: "Text and code",
    slider: "Slider",
    tabs: "Tabs",
    type: "Type",
    small: "Small parts",
    shell: "Shell",
  },
  views: [
    { href: "/kit", label: "Parts" },
    { href: "/teams", label: "Teams" },
  ] as ReadonlyArray<{ readonly href: string; readonly label: string }>,
  viewsLabel: "Views of the kit",
  copyText: "npm run smoke",
  copyLabel: "Copy the command",
  tooltip: "What it says when asked",
  failingPane: "A pane that fails",
  failure: "this pane was made to fail",
  operation: "Cancel 12 tasks",
  operationFailure: { what: "T-7", reason: "it has ended already" },
  startOperation: "Start an operation",
  save: "Save",
  saving: "Saving",
  dispatch: "Dispatch",
  remove: "Remove team",
  more: "More",
  off: "Not allowed",
  pin: "Pin",
  live: "Live",
  count: "3",
  name: "Name",
  nameHint: "Shown in the rail and in messages.",
  nameError: "A team with this name exists. Choose another.",
  brief: "Instructions",
  briefHint: "Markdown. The leader reads this first.",
  placeholder: "What should happen?",
  locked: "Locked by policy",
  priority: "Priority",
  priorities: { low: "Low", normal: "Normal", high: "High" },
  busy: "When the member is busy",
  busyOptions: {
    queue: { label: "Queue", hint: "Starts when a slot is free." },
    interrupt: { label: "Interrupt", hint: "Stops the current step." },
  },
  sound: "Sound when something needs me",
  soundHint: "Once per item, never at night.",
  openDialog: "Open dialog",
  openSheet: "Open sheet",
  dialogTitle: "Remove this team?",
  dialogDetail: "Its history stays in the log. Members stop after their current step.",
  sheetTitle: "Dispatch a task",
  toastDone: "Task T-118 dispatched",
  toastDetail: "The writer takes it when a slot is free.",
  toastFailed: "Task T-119 was refused",
  toastUndo: "Undo",
  showToast: "Show success",
  showFailure: "Show failure",
  banner: "The team is paused. New tasks wait.",
  bannerInfo: "A new version is ready.",
  bannerDanger: "The bus does not answer.",
  emptyTitle: "No tasks yet",
  emptyDetail: "Give the leader something to do and it appears here.",
  errorTitle: "The tasks could not be read",
  errorDetail: "The server took too long. Nothing was changed.",
  errorId: "01JD8Q4Z7M",
  progress: "Draft release notes",
  unknown: "Collect merged pull requests",
  members: "Members",
  chat: "Team chat",
  chatMeta: "3 online",
  log: "Events",
  addRows: "Add 100 events",
  addOlder: "Add 100 older",
  split: "Width of the chat",
  replay: "Position",
  tabs: "Details of T-118",
  tabNames: ["Result", "Files", "Events"] as ReadonlyArray<string>,
  code: "build.log",
  people: [
    { name: "leader", role: "lead", presence: "working", task: "Coordinating 4 tasks", age: 800, state: "running" },
    {
      name: "writer",
      role: "docs",
      presence: "working",
      task: "T-118 Draft release notes",
      age: 2_000,
      state: "running",
    },
    {
      name: "tester",
      role: "qa",
      presence: "online",
      task: "T-117 Run smoke suite",
      age: 62_000,
      state: "needs-input",
    },
    { name: "builder", role: "ci", presence: "stale", task: "T-115 Publish images", age: 190_000, state: "failed" },
    { name: "archiver", role: "ops", presence: "offline", task: "No heartbeat", age: 370_000, state: "paused" },
  ] satisfies ReadonlyArray<Person> as ReadonlyArray<Person>,
  markdown: [
    "## Release 2.4",
    "Split into **four tasks**. `tester` waits for a *staging token*.",
    "- [Release notes](https://example.org/notes)",
    "- smoke suite on staging",
    "```",
    "npm run smoke -- --target staging",
    "```",
    "> A quote keeps its bar.",
    "",
    "| Task | State |",
    "| --- | --- |",
    "| T-118 | running |",
  ].join("\n"),
  types: {
    label: "11/16 label and badge",
    meta: "12/18 meta 0123456789",
    mono: "12/18 mono T-118 0123456789",
    body: "13/20 body and tables",
    chat: "14/22 chat text",
    title: "15/22 page title",
    heading: "18/26 heading",
    number: "24/32 1 204",
  },
}

export type Sample = typeof english

/** Sample texts of the kit in the language of the page: data to show parts with, not words of the product. */
export const sample = (): Sample => (language() === "zh" ? chinese : english)

/** Details that complete a state's word where the word alone is not enough. */
export const stateDetails: Readonly<Record<string, string>> = {
  waiting: "T-116",
  running: "62%",
  "retry-scheduled": "2/5",
}

export const codeLines = (count: number): string =>
  Array.from({ length: count }, (_, index) => `${String(index + 1).padStart(3, " ")}  step ${index + 1} finished`).join(
    "\n",
  )
