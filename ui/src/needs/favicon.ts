/** The most that fits into sixteen pixels. */
const MAX_SHOWN = 9

/**
 * The sign of the tab with the number of things that wait: a number in a disc of its own, so that the colour says nothing that the
 * shape does not. The drawing without it is `public/favicon.svg`.
 */
export function faviconSvg(count: number): string {
  const text = count > MAX_SHOWN ? `${MAX_SHOWN}+` : String(count)
  const size = text.length > 1 ? 13 : 17
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">',
    '<rect width="32" height="32" rx="7" fill="#4B47D6"/>',
    '<path d="M6 19V7l6 6 6-6v4" fill="none" stroke="#fff" stroke-width="2.5" stroke-linecap="round" stroke-linejoin="round"/>',
    '<circle cx="21" cy="21" r="11" fill="#fff"/><circle cx="21" cy="21" r="9.5" fill="#8A4F00"/>',
    `<text x="21" y="${21 + size * 0.36}" font-family="system-ui,sans-serif" font-weight="700" font-size="${size}" text-anchor="middle" fill="#fff">${text}</text>`,
    "</svg>",
  ].join("")
}

/** Where the sign of the tab is drawn from. */
export const faviconHref = (count: number): string =>
  count > 0 ? `data:image/svg+xml,${encodeURIComponent(faviconSvg(count))}` : "/favicon.svg"

/** Shows the number on the tab. */
export function showFavicon(count: number, page: Document = document): void {
  const link = page.querySelector<HTMLLinkElement>('link[rel="icon"]')
  if (link !== null) link.href = faviconHref(count)
}
