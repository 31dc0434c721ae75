import DOMPurify from "dompurify"
import { Marked } from "marked"
import type { TokenizerAndRendererExtension, Tokens } from "marked"
import { MARKDOWN_KEPT_MAX_CHARS, MARKDOWN_TEXTS_KEPT } from "#src/limits.ts"

/** A page has one h1 and its panes h2: the first level that a message uses comes next. */
const TOP_HEADING = 3
const DEEPEST_HEADING = 6

/** "T-12" leads to the task; where that is, the page knows. Not inside code, where it may be part of something else. */
const taskReference = {
  name: "taskReference",
  level: "inline",
  start: (source: string) => source.match(/(?<![\w-])T-\d/)?.index,
  tokenizer: (source: string) => {
    const found = /^T-(\d{1,9})\b/.exec(source)
    return found === null ? undefined : { type: "taskReference", raw: found[0], number: found[1] }
  },
  renderer: (token) => `<a href="#task-${String(token["number"])}">${token.raw}</a>`,
} satisfies TokenizerAndRendererExtension

const marked = new Marked({
  gfm: true,
  breaks: true,
  extensions: [taskReference],
  hooks: {
    processAllTokens(tokens) {
      const headings = tokens.filter((token): token is Tokens.Heading => token.type === "heading")
      const top = Math.min(...headings.map(({ depth }) => depth))
      for (const heading of headings) heading.depth = Math.min(DEEPEST_HEADING, heading.depth - top + TOP_HEADING)
      return tokens
    },
  },
})

/** What text may become. No style, no class, no id, no form, no picture: pictures would let a message call other hosts. */
const ALLOWED_TAGS =
  "a blockquote br code del em h3 h4 h5 h6 hr li ol p pre strong table tbody td th thead tr ul".split(" ")

const purifier = DOMPurify(window)
purifier.addHook("afterSanitizeAttributes", (node) => {
  if (node.tagName !== "A" || node.getAttribute("href")?.startsWith("#") === true) return
  node.setAttribute("target", "_blank")
  node.setAttribute("rel", "noopener noreferrer")
})

/** Words and signs of one line that mean nothing but themselves, in Markdown as in HTML. Colons are among them, slashes are not: no address is. */
const PLAIN_SIGNS = /^[\p{L}\p{M}\p{N}"'(][\p{L}\p{M}\p{N} "'(),.:;?!%–—…’‘“”，。、；：？！（）-]*$/u
/** What of that would be read as something else: an item of a list, an address, the number of a task; or lose its spaces. */
const MEANS_MORE = /^\d{1,9}[.)]|www\.|T-\d| $/iu

/** What most people and agents say: a line without anything to format. It costs a hundredth of what the formatting costs. */
export const isPlain = (source: string): boolean => PLAIN_SIGNS.test(source) && !MEANS_MORE.test(source)

/** Markdown as harmless HTML, whatever it holds. */
export const formattedHtml = (source: string): string =>
  purifier.sanitize(marked.parse(source, { async: false }), {
    ALLOWED_TAGS,
    ALLOWED_ATTR: ["href", "title"],
    ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|#|\/(?!\/))/i,
  })

/** What was formatted, the newest last: rows of a list come and go, and their words stay. */
const known = new Map<string, string>()

/** Markdown of unknown origin as harmless HTML: agents and their inputs are not trusted. */
export function markdownHtml(source: string): string {
  if (isPlain(source)) return `<p>${source}</p>\n`
  const before = known.get(source)
  if (before !== undefined) return before
  const html = formattedHtml(source)
  if (source.length > MARKDOWN_KEPT_MAX_CHARS) return html
  known.set(source, html)
  const oldest = known.keys().next()
  if (known.size > MARKDOWN_TEXTS_KEPT && oldest.done === false) known.delete(oldest.value)
  return html
}
