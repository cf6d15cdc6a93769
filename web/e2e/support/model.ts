import { createServer, type Server } from 'node:http'
import type { Api } from './api.ts'

interface Asked {
  messages: { role: string; content: string }[]
}

/** A language model on this machine, behind the OpenAI chat-completions interface: it says what it was told to, in order. */
export class Model {
  /** Everything that it was asked, as it was sent. */
  readonly asked: Asked[] = []
  private readonly next: string[] = []

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Model> {
    const server = createServer()
    const model = new Model(server)
    server.on('request', (request, response) => {
      let body = ''
      request.setEncoding('utf8')
      request.on('data', (piece: string) => (body += piece))
      request.on('end', () => {
        const { status, answer } = model.answer(request.method ?? '', request.url ?? '', body)
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
      })
    })
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    return model
  }

  /** What it says next. With nothing left to say it refuses with status 400. */
  says(...texts: string[]): void {
    this.next.push(...texts)
  }

  /** All that it was told in its last request. */
  heard(): string {
    return (this.asked.at(-1)?.messages ?? []).map((message) => message.content).join('\n')
  }

  /** Publishes the demo's files with this model, called `clever`, for the help that people get. */
  async publish(api: Api): Promise<void> {
    const address = this.server.address()
    if (address === null || typeof address === 'string') throw new Error('the model does not listen')
    const { items } = await api.call<{ items: { path: string }[] }>('GET', '/assistant/files')
    // Test conversations are no part of this, and publishing would have them all.
    for (const { path } of items.filter((file) => /^(tests|customers)\//.test(file.path))) await api.call('DELETE', `/assistant/file?path=${path}`)
    const text = `models:
  clever: {base_url: 'http://127.0.0.1:${address.port}/v1', model: m, retries: 0, max_answer: 200}
tasks: {rephrase: clever, translate: clever, summarise: clever, draft: clever}
cache: {enabled: false}
`
    await api.call('PUT', '/assistant/file?path=models.yml', { text })
    const { id } = await api.call<{ id: string }>('POST', '/assistant/releases', {})
    for (;;) {
      const { state } = await api.call<{ state: string }>('GET', `/assistant/runs/${id}`)
      if (state === 'done') return
      if (state === 'failed' || state === 'cancelled') throw new Error(`publishing ${state}`)
      await new Promise((again) => setTimeout(again, 100))
    }
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((done) => this.server.close(done))
  }

  private answer(method: string, path: string, body: string): { status: number; answer: object } {
    if (method !== 'POST' || path !== '/v1/chat/completions') return { status: 404, answer: { error: { message: `no ${method} ${path}` } } }
    this.asked.push(JSON.parse(body) as Asked)
    const content = this.next.shift()
    if (content === undefined) return { status: 400, answer: { error: { message: 'nothing to say' } } }
    return {
      status: 200,
      answer: {
        id: `chatcmpl-${this.asked.length}`,
        object: 'chat.completion',
        created: 1_763_800_000,
        model: 'm',
        choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 },
      },
    }
  }
}
