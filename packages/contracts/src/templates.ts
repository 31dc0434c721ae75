import type { MemberRole, Runtime, RuntimeOptions } from "@muster/domain"

/**
 * Teams that people may begin with. What stands here is the same in every language: who is in the team, how each works, and a first piece
 * of work that shows the team at it. Names, briefings and titles are words of the dashboard.
 */

export interface TemplateMember {
  readonly handle: string
  readonly role: MemberRole
  readonly runtime: Runtime
  readonly runtimeOptions?: RuntimeOptions
  readonly skills: readonly string[]
  readonly slots: number
}

/** A part of the first work. */
export interface TemplateTask {
  /** Names it among the parts; its title has this key. */
  readonly ref: string
  /** For this member, or for whoever has the skills. */
  readonly to: { readonly handle: string } | { readonly skills: readonly string[] }
  /** Parts that must have succeeded first. */
  readonly after?: readonly string[]
  /** A shell script; absent: instructions in words, which the dashboard has. */
  readonly script?: string
  readonly runtimeOptions?: RuntimeOptions
}

export interface TeamTemplate {
  readonly id: string
  readonly members: readonly TemplateMember[]
  readonly firstWork: readonly TemplateTask[]
}

const command = (
  handle: string,
  skills: readonly string[],
  { role = "member", slots = 2 }: { readonly role?: MemberRole; readonly slots?: number } = {},
): TemplateMember => ({ handle, role, runtime: "command", skills, slots })

const simulated = (handle: string, skills: readonly string[], role: MemberRole = "member"): TemplateMember => ({
  handle,
  role,
  runtime: "simulated",
  skills,
  slots: 2,
})

/** opencode is the agent that was run most: a person may choose another one. */
const coding = (handle: string, skills: readonly string[], role: MemberRole = "member"): TemplateMember => ({
  handle,
  role,
  runtime: "acp",
  runtimeOptions: { acp: { agent: "opencode", permissions: "ask" } },
  skills,
  slots: role === "leader" ? 2 : 1,
})

const openclaw = (handle: string, skills: readonly string[], role: MemberRole = "member"): TemplateMember => ({
  handle,
  role,
  runtime: "openclaw",
  runtimeOptions: { openclaw: { permissions: "ask" } },
  skills,
  slots: role === "leader" ? 2 : 1,
})

const lines = (...script: readonly string[]): string => `${script.join("\n")}\n`

/** The one folder that members share; only a sandbox has it. */
const SHARED = 'cd /team/context || { echo "the shared folder of the team is not here"; exit 1; }'

const starter = {
  id: "starter",
  members: [simulated("lead", ["planning"], "leader"), command("runner", ["shell"]), simulated("scout", ["research"])],
  firstWork: [
    {
      ref: "hello",
      to: { handle: "runner" },
      script: lines("echo Hello from $(id -un)", "for i in 1 2 3; do echo step $i; sleep 0.2; done", "date"),
    },
    {
      ref: "look",
      to: { handle: "scout" },
      after: ["hello"],
      runtimeOptions: { simulated: { durationMillis: 2_000 } },
    },
  ],
} as const satisfies TeamTemplate

const testRunners = {
  id: "test-runners",
  members: [
    command("runner-1", ["tests"], { role: "leader" }),
    command("runner-2", ["tests"]),
    command("runner-3", ["tests"]),
  ],
  firstWork: [
    {
      ref: "numbers",
      to: { skills: ["tests"] },
      script: lines(
        "set -eu",
        "failed=0",
        "for i in 1 2 3 4 5; do",
        '  if [ $((i * i)) -eq "$(expr $i \\* $i)" ]; then echo "ok $i - $i squared"; else echo "not ok $i"; failed=1; fi',
        "done",
        "exit $failed",
      ),
    },
    {
      ref: "sorting",
      to: { skills: ["tests"] },
      script: lines(
        "set -eu",
        "mkdir -p artifacts",
        "printf 'pear\\napple\\nfig\\n' | sort > artifacts/sorted.txt",
        '[ "$(head -n 1 artifacts/sorted.txt)" = apple ]',
        'echo "ok 1 - sorted"',
      ),
    },
    {
      ref: "report",
      to: { skills: ["tests"] },
      after: ["numbers", "sorting"],
      script: lines("mkdir -p artifacts", 'echo "all suites passed" | tee artifacts/report.txt'),
    },
  ],
} as const satisfies TeamTemplate

const dataPipeline = {
  id: "data-pipeline",
  members: [
    command("extract", ["extract"], { role: "leader" }),
    command("transform", ["transform"]),
    command("load", ["load"], { slots: 1 }),
  ],
  firstWork: [
    {
      ref: "extract",
      to: { handle: "extract" },
      script: lines(
        "set -eu",
        SHARED,
        `awk 'BEGIN { srand(7); print "day,orders"; for (d = 1; d <= 30; d++) print d "," int(20 + 80 * rand()) }' > orders.csv`,
        'echo "$(($(wc -l < orders.csv) - 1)) rows extracted"',
      ),
    },
    {
      ref: "transform",
      to: { handle: "transform" },
      after: ["extract"],
      script: lines(
        "set -eu",
        SHARED,
        `awk -F, 'NR > 1 { n++; sum += $2; if ($2 > top) { top = $2; best = $1 } } END { printf "days,orders,best_day\\n%d,%d,%d\\n", n, sum, best }' orders.csv > summary.csv`,
        "cat summary.csv",
      ),
    },
    {
      ref: "load",
      to: { handle: "load" },
      after: ["transform"],
      script: lines(
        "set -eu",
        "mkdir -p artifacts",
        "cp /team/context/summary.csv artifacts/summary.csv",
        "sha256sum artifacts/summary.csv",
      ),
    },
  ],
} as const satisfies TeamTemplate

const releaseCrew = {
  id: "release-crew",
  members: [
    simulated("lead", ["release"], "leader"),
    command("builder", ["build"]),
    command("tester", ["tests"]),
    command("publisher", ["publish"], { slots: 1 }),
  ],
  firstWork: [
    {
      ref: "build",
      to: { handle: "builder" },
      script: lines(
        "set -eu",
        SHARED,
        "mkdir -p release",
        "printf '#!/bin/sh\\necho hello, version 1.0.0\\n' > release/hello.sh",
        "tar -cf release.tar release",
        "sha256sum release.tar | tee release.sha256",
      ),
    },
    {
      ref: "test",
      to: { handle: "tester" },
      after: ["build"],
      script: lines(
        "set -eu",
        "tar -xf /team/context/release.tar",
        '[ "$(sh release/hello.sh)" = "hello, version 1.0.0" ]',
        'echo "ok 1 - the release says its version"',
      ),
    },
    {
      ref: "leave",
      to: { handle: "lead" },
      after: ["test"],
      runtimeOptions: {
        simulated: {
          steps: [
            { kind: "progress", percent: 50, note: "1.0.0 is built and tested", afterMillis: 300 },
            { kind: "approval", action: "Publish 1.0.0", detail: "Everybody will see it." },
            { kind: "progress", percent: 100, note: "1.0.0 may go out", afterMillis: 100 },
          ],
        },
      },
    },
    {
      ref: "publish",
      to: { handle: "publisher" },
      after: ["leave"],
      script: lines(
        "set -eu",
        "mkdir -p artifacts",
        "cp /team/context/release.tar artifacts/",
        "(cd /team/context && sha256sum -c release.sha256)",
      ),
    },
  ],
} as const satisfies TeamTemplate

const leaderAndTwo = {
  id: "leader-and-two",
  members: [coding("lead", ["planning"], "leader"), coding("maker", ["making"]), coding("checker", ["checking"])],
  firstWork: [{ ref: "goal", to: { handle: "lead" } }],
} as const satisfies TeamTemplate

const reviewPair = {
  id: "review-pair",
  members: [coding("author", ["writing"], "leader"), coding("reviewer", ["review"])],
  firstWork: [{ ref: "piece", to: { handle: "author" } }],
} as const satisfies TeamTemplate

const researchDesk = {
  id: "research-desk",
  members: [
    coding("editor", ["planning", "editing"], "leader"),
    coding("finder", ["research"]),
    coding("doubter", ["research", "checking"]),
    coding("writer", ["writing"]),
  ],
  firstWork: [{ ref: "question", to: { handle: "editor" } }],
} as const satisfies TeamTemplate

const supportDesk = {
  id: "support-desk",
  members: [openclaw("desk", ["triage"], "leader"), openclaw("helper", ["answers"])],
  firstWork: [{ ref: "request", to: { handle: "desk" } }],
} as const satisfies TeamTemplate

/** Those first that need nothing but this machine. */
export const teamTemplates = [
  starter,
  testRunners,
  dataPipeline,
  releaseCrew,
  leaderAndTwo,
  reviewPair,
  researchDesk,
  supportDesk,
] as const
export type TemplateId = (typeof teamTemplates)[number]["id"]
type Templates = (typeof teamTemplates)[number]

/** What the dashboard has words for. */
export type TemplateHandle<Id extends TemplateId> = Extract<Templates, { readonly id: Id }>["members"][number]["handle"]
export type TemplateRef<Id extends TemplateId> = Extract<Templates, { readonly id: Id }>["firstWork"][number]["ref"]
