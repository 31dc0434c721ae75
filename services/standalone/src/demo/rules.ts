import type { Rule } from "@muster/model-script"

/** The name of the demo model: whoever sees it in a task or in the settings knows that no model thinks there. */
export const DEMO_MODEL = "scripted-demo"

/** Stands before all that it says. */
export const DEMO_LABEL = "Scripted demo: "

/** Long enough that people see words come, short enough that nobody waits. */
export const DEMO_PAUSE_MILLIS = 20

const NOTES = `# Scripted demo

No model has thought about this task: the demo model follows a script.

To see other tools at work, write a script of your own into a task:

    [[ {"tool": "shell", "args": {"command": "date"}}, {"text": "It is $TOOL"} ]]
`

/** The team it proposes, whatever is asked for: a leader that thinks (by script) and somebody who runs programs. */
const TEAM = {
  name: "Scripted demo team",
  description: "Proposed by a script: no model has thought about what you wrote.",
  members: [
    {
      handle: "lead",
      name: "Lead",
      role: "leader",
      works: "thinks",
      skills: ["planning"],
      briefing: "You lead a demo team. Plan little, hand shell work to the runner, and bring the results together.",
    },
    {
      handle: "runner",
      name: "Runner",
      role: "member",
      works: "runs-programs",
      skills: ["shell"],
      briefing: "",
    },
  ],
  first_task: {
    title: "Show who is there",
    instructions: "List the members of the team and leave a file that says so.",
  },
}

/** What the demo model does where the task holds no script of its own. */
export const demoRules: readonly Rule[] = [
  // The opening of the request for a team, in services/control-plane/src/models/draft-prompt.ts.
  { when: { system: "You propose teams of AI agents." }, steps: [{ text: JSON.stringify(TEAM) }] },
  {
    when: { tool: "write_artifact" },
    steps: [
      {
        thought: "No model thinks here. I follow a script: look at the team, leave a file, and end.",
        tool: "list_members",
      },
      { tool: "report_progress", args: { percent: 50, note: "Scripted demo: half-way through the script" } },
      { tool: "write_artifact", args: { name: "scripted-demo.md", content: NOTES } },
      { text: "I read your task and followed a script. scripted-demo.md says how to write one of your own." },
    ],
  },
  {
    when: {},
    steps: [{ text: 'no model thinks here. Set one under Models, or write a script such as [[ {"text": "Hello"} ]].' }],
  },
]
