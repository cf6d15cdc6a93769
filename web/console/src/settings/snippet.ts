/** The tag that puts the chat onto a page. */
export function embedSnippet(origin: string, inboxKey: string): string {
  return `<script async src="${origin}/widget/yingda.js" data-inbox="${inboxKey}"></${'script'}>`
}
