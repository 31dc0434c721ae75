import type { TemplateWords } from "#src/pages/teams/new/words/shape.ts"

export const en: TemplateWords = {
  starter: {
    name: "Starter",
    detail: "To try things out: a leader and a scout that follow a script, and a runner that runs what you write.",
    members: { lead: { name: "Lead" }, runner: { name: "Runner" }, scout: { name: "Scout" } },
    firstWork: {
      hello: { title: "Say hello" },
      look: { title: "Look around", instructions: "A rehearsal: the scout follows a script and carries nothing out." },
    },
  },
  "test-runners": {
    name: "Test runners",
    detail: "Three members that run programs. Give work to the skill “tests”; whoever is free takes it.",
    members: {
      "runner-1": { name: "First runner" },
      "runner-2": { name: "Second runner" },
      "runner-3": { name: "Third runner" },
    },
    firstWork: {
      numbers: { title: "Run the suite “numbers”" },
      sorting: { title: "Run the suite “sorting”" },
      report: { title: "Report when all suites have passed" },
    },
  },
  "data-pipeline": {
    name: "Data pipeline",
    detail: "Extract, transform, load: each step is a program that waits for the one before and hands files on.",
    members: { extract: { name: "Extract" }, transform: { name: "Transform" }, load: { name: "Load" } },
    firstWork: {
      extract: { title: "Extract a month of orders" },
      transform: { title: "Sum the orders up" },
      load: { title: "Keep the summary" },
    },
  },
  "release-crew": {
    name: "Release crew",
    detail: "Build, test, ask a person for leave, publish. The lead asks by script; the others run programs.",
    members: {
      lead: { name: "Release lead" },
      builder: { name: "Builder" },
      tester: { name: "Tester" },
      publisher: { name: "Publisher" },
    },
    firstWork: {
      build: { title: "Build 1.0.0" },
      test: { title: "Test 1.0.0" },
      leave: { title: "Ask for leave to publish 1.0.0", instructions: "A person approves or denies it." },
      publish: { title: "Publish 1.0.0" },
    },
  },
  "leader-and-two": {
    name: "Leader and two workers",
    detail: "A leader that plans and hands out, one that makes, one that checks. The plainest team that thinks.",
    members: {
      lead: {
        name: "Lead",
        briefing:
          "You plan and hand out; you make nothing yourself that takes longer than handing it out. Give making to @maker, then the result to @checker, and decide what of the findings is worth another round.",
      },
      maker: {
        name: "Maker",
        briefing:
          "You make what you are asked for, and nothing beside it. Leave results as files. Say in your summary what you were unsure about, so that it can be checked.",
      },
      checker: {
        name: "Checker",
        briefing:
          "You check what others made against what was asked for: run it, read it, count it. Report findings by weight, each with where it is and how you saw it. Change nothing yourself.",
      },
    },
    firstWork: {
      goal: {
        title: "Bring out a short guide",
        instructions:
          "Bring out guide.md: how to keep a small shell script safe to run (quoting, errors, temporary files), at most one page, with one example that runs. Have it made and checked by the members, and leave the finished guide as a file.",
      },
    },
  },
  "review-pair": {
    name: "Review pair",
    detail: "An author and a reviewer: nothing is done before the other one has looked at it.",
    members: {
      author: {
        name: "Author",
        briefing:
          "You write code or text. Before you call a task done, dispatch a review to @reviewer with everything needed to judge it, read the findings, and mend what is right in them.",
      },
      reviewer: {
        name: "Reviewer",
        briefing:
          "You review what @author hands you. Look for what is wrong, missing or unclear; give at most seven findings by weight, each with a proposal. Praise nothing, rewrite nothing.",
      },
    },
    firstWork: {
      piece: {
        title: "Write and review a small program",
        instructions:
          "Write artifacts/words.sh: it reads text on standard input and prints the ten most frequent words with their counts. Try it on a text of your own. Have it reviewed, mend it, and leave the final script as a file.",
      },
    },
  },
  "research-desk": {
    name: "Research desk",
    detail: "An editor with somebody who finds, somebody who doubts, and somebody who writes it up.",
    members: {
      editor: {
        name: "Editor",
        briefing:
          "You turn a question into parts that can be looked up alone, give them to @finder, have every finding that matters doubted by @doubter, and the whole written up by @writer. You answer for what is said, and for how sure it is.",
      },
      finder: {
        name: "Finder",
        briefing:
          "You find out what is asked and write down where each statement comes from. What you could not find you say, too. You do not judge and do not write up.",
      },
      doubter: {
        name: "Doubter",
        briefing:
          "You try to show that a finding is wrong: look for another source, count again, name what would have to be true. Say of each whether it stands, falls or stays open.",
      },
      writer: {
        name: "Writer",
        briefing:
          "You write up what has been found and doubted, for somebody who has five minutes: the answer first, then why, then what stays open. Nothing goes in that was not found.",
      },
    },
    firstWork: {
      question: {
        title: "Find out what this machine is",
        instructions:
          "Find out what this machine is (system, processor, memory, free disk, tools for building software), have the findings doubted, and leave report.md: the answer in five lines, then the details with the command each comes from.",
      },
    },
  },
  "support-desk": {
    name: "Support desk",
    detail: "Two OpenClaw members: a desk that sorts requests, and a helper that answers them.",
    members: {
      desk: {
        name: "Desk",
        briefing:
          "You take requests in. Say what kind each is and how urgent, ask a person when it is about money, law or an angry customer, and hand everything else to @helper with what is needed to answer it.",
      },
      helper: {
        name: "Helper",
        briefing:
          "You answer requests in plain words: what to do, step by step, and what to expect. When you do not know, you say so and give it back to @desk.",
      },
    },
    firstWork: {
      request: {
        title: "Answer a first request",
        instructions:
          "A customer writes: “I changed my laptop and my files are not there any more.” Sort it, have it answered, and leave the answer as answer.md.",
      },
    },
  },
}
