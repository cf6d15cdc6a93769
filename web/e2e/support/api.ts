/** The REST interface as somebody who is signed in sees it: for arranging a journey, and for looking at what is stored. */
export class Api {
  private constructor(
    private readonly url: string,
    private readonly cookie: string,
    private readonly csrf: string,
  ) {}

  static async signIn(url: string, email: string, password = PASSWORD): Promise<Api> {
    const response = await fetch(`${url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password }),
    })
    if (!response.ok) throw new Error(`signing in as ${email}: ${response.status} ${await response.text()}`)
    const cookie = response.headers.getSetCookie().map((line) => line.split(';')[0]).join('; ')
    const { csrf_token } = (await response.json()) as { csrf_token: string }
    return new Api(url, cookie, csrf_token)
  }

  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { cookie: this.cookie, 'x-csrf-token': this.csrf, 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    const text = await response.text()
    return (text === '' ? undefined : JSON.parse(text)) as T
  }

  /** The only conversation of a fresh server. */
  async conversation(): Promise<{ id: string; status: string; contact_id: string; assignee_id: string | null }> {
    const page = await this.call<{ items: { conversation: never }[] }>('GET', '/conversations?view=all')
    const [first] = page.items
    if (!first || page.items.length !== 1) throw new Error(`expected one conversation, got ${page.items.length}`)
    return first.conversation
  }

  /** What is stored of a conversation, in order: sender and text of each message. */
  async messages(id: string): Promise<Stored[]> {
    const page = await this.call<{ events: StoredEvent[] }>('GET', `/conversations/${id}/events?after=0&limit=200`)
    return page.events.flatMap(({ message }) => (message ? [{ ...message, text: message.content.text ?? message.content.name ?? '' }] : []))
  }

  /** Opens or closes the shop's desk, whatever the clock says. */
  async openingHours(hours: 'always' | 'never'): Promise<void> {
    const { items } = await this.call<{ items: { id: string; settings: object }[] }>('GET', '/inboxes')
    const [inbox] = items
    if (!inbox) throw new Error('the demo has no inbox')
    const closed = { utc_offset_minutes: 480, days: [null, null, null, null, null, null, null], holidays: [] }
    await this.call('PATCH', `/inboxes/${inbox.id}`, { settings: { ...inbox.settings, hours: hours === 'always' ? null : closed } })
  }
}

export const PASSWORD = 'yingda-demo-2026'

interface StoredEvent {
  message?: { seq: number; sender: string; visibility: string; content: { text?: string; name?: string } }
}

export interface Stored {
  seq: number
  sender: string
  visibility: string
  text: string
}
