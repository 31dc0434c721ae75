/** What a tool comes to: JSON text for the model, or words about what went wrong and what to do. */
export interface ToolAnswer {
  readonly text: string
  readonly isError?: true
}

export const told = (value: object): ToolAnswer => ({ text: JSON.stringify(value) })
export const refusedWith = (detail: string): ToolAnswer => ({ text: JSON.stringify({ error: detail }), isError: true })
