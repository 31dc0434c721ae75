import { TEAM_DRAFT_MEMBERS_MAX } from "@muster/contracts"

/** The first words of the request: scripted models know it by them (services/standalone/src/demo/rules.ts). */
const DRAFT_OPENING = "You propose teams of AI agents."

/** What the model is told to do. The sentence of the person comes after it, as what the user says. */
export const DRAFT_SYSTEM = [
  DRAFT_OPENING,
  "A person says what a team is for. Propose the smallest team that can do it, as one JSON object and nothing else.",
  `1 to ${TEAM_DRAFT_MEMBERS_MAX} members, exactly one of them with the role "leader": it plans, hands parts to the others and brings the results together.`,
  '"works": "thinks" for an agent with a language model and tools; "runs-programs" for one that runs the shell scripts it is given, for work that needs no judgement. The leader thinks.',
  '"handle": lower-case letters, digits and dashes. "skills": a few single words that work can be addressed to.',
  '"briefing": what this member does, with which care, and what it leaves to others: two to five sentences, spoken to it.',
  '"first_task": a small, real piece of work that shows whether the team fits.',
  "Write names, description, briefings and the task in the language of the person.",
].join("\n")

const text = { type: "string" } as const
const object = (properties: Readonly<Record<string, object>>) => ({
  type: "object",
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
})

/** The form of the answer, for endpoints that hold a model to one. */
export const DRAFT_FORMAT = {
  type: "json_schema",
  json_schema: {
    name: "team",
    strict: true,
    schema: object({
      name: text,
      description: text,
      members: {
        type: "array",
        items: object({
          handle: text,
          name: text,
          role: { type: "string", enum: ["leader", "member"] },
          works: { type: "string", enum: ["thinks", "runs-programs"] },
          skills: { type: "array", items: text },
          briefing: text,
        }),
      },
      first_task: object({ title: text, instructions: text }),
    }),
  },
} as const
