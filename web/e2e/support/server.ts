import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const HERE = dirname(fileURLToPath(import.meta.url))
const PROGRAM = resolve(process.env.YINGDA_BIN ?? join(HERE, '../../../target/debug/yingda'))
const READY_WITHIN_MS = 60_000

/** A real server with the demo shop, on a free port, with a folder of its own. */
export class Server {
  private process: ChildProcess | undefined
  private log = ''
  private port = 0

  private constructor(
    private readonly data: string,
    private readonly more: readonly string[],
  ) {}

  /** `more`: what `serve` is told beside. */
  static async start(more: readonly string[] = []): Promise<Server> {
    if (!existsSync(PROGRAM)) throw new Error(`no program at ${PROGRAM}: run "cargo build -p yingda", or name another in YINGDA_BIN`)
    const server = new Server(await mkdtemp(join(tmpdir(), 'yingda-e2e-')), more)
    await server.run()
    return server
  }

  get url(): string {
    return `http://localhost:${this.port}`
  }

  /** Ends the program without a chance to tidy up, as a power failure would. */
  async kill(): Promise<void> {
    await this.end('SIGKILL')
  }

  /** Starts it again on the same data and the same port. */
  async restart(): Promise<void> {
    await this.run()
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM')
    await rm(this.data, { recursive: true, force: true })
  }

  private async run(): Promise<void> {
    const args = ['serve', '--demo', '--json', '--rate-limits', 'off', '--listen', `127.0.0.1:${this.port}`, '--data', this.data, ...this.more]
    const child = spawn(PROGRAM, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    this.process = child
    this.log = ''
    this.port = await new Promise((ready, failed) => {
      const late = setTimeout(() => failed(new Error(`the server was not ready in time:\n${this.log}`)), READY_WITHIN_MS)
      const read = (piece: Buffer): void => {
        this.log += piece.toString()
        const line = /^\{"ready":true.*\}$/m.exec(this.log)?.[0]
        if (!line) return
        clearTimeout(late)
        ready(Number(new URL((JSON.parse(line) as { url: string }).url).port))
      }
      child.stdout.on('data', read)
      child.stderr.on('data', read)
      child.once('error', failed)
      child.once('exit', (code) => failed(new Error(`the server ended with ${code} before it was ready:\n${this.log}`)))
    })
  }

  private async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.process
    this.process = undefined
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((done) => child.once('exit', done))
    child.kill(signal)
    await ended
  }
}
