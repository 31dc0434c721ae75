import type { TemplateHandle, TemplateId, TemplateRef } from "@muster/contracts"

/** What a part of a template's first work is called, and what is asked for where no script says it. */
export interface TaskWords {
  readonly title: string
  readonly instructions?: string
}

export interface MemberWords {
  readonly name: string
  /** Told to members that think. */
  readonly briefing?: string
}

/** All words of one template in one language. A member or a part without words does not compile. */
interface WordsOf<Id extends TemplateId> {
  readonly name: string
  /** What it is good for. */
  readonly detail: string
  readonly members: Readonly<Record<TemplateHandle<Id>, MemberWords>>
  readonly firstWork: Readonly<Record<TemplateRef<Id>, TaskWords>>
}

export type TemplateWords = { readonly [Id in TemplateId]: WordsOf<Id> }
