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

/** What the demo model does where the task holds no script of its own. */
export const demoRules: readonly Rule[] = [
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
