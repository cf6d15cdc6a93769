import { connect, createServer, type Server, type Socket } from 'node:net'

/**
 * The network of one browser: a SOCKS5 proxy (RFC 1928) that everything goes through. Cut, it behaves like a cable
 * that was pulled: what is under way goes nowhere, and nobody is told.
 */
export class Network {
  private readonly pairs = new Set<[Socket, Socket]>()
  private readonly waiting = new Set<Socket>()
  private whole = true

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Network> {
    const server = createServer()
    const network = new Network(server)
    server.on('connection', (client) => network.greet(client))
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    return network
  }

  get proxy(): { server: string } {
    const address = this.server.address()
    if (address === null || typeof address === 'string') throw new Error('the proxy does not listen')
    return { server: `socks5://127.0.0.1:${address.port}` }
  }

  /** Pulls the cable: bytes stop in both directions, connections stay half-open. */
  cut(): void {
    this.whole = false
    for (const pair of this.pairs) for (const socket of pair) socket.unpipe().pause()
  }

  /** Plugs it in again. What was open is lost, as after a change of network. */
  mend(): void {
    this.whole = true
    for (const pair of this.pairs) for (const socket of pair) socket.destroy()
    for (const socket of this.waiting) socket.destroy()
  }

  async stop(): Promise<void> {
    this.mend()
    await new Promise((done) => this.server.close(done))
  }

  private greet(client: Socket): void {
    client.on('error', () => client.destroy())
    if (!this.whole) {
      this.waiting.add(client)
      client.once('close', () => this.waiting.delete(client))
      return
    }
    client.once('data', () => {
      client.write(Buffer.from([5, 0]))
      client.once('data', (request) => this.join(client, request))
    })
  }

  private join(client: Socket, request: Buffer): void {
    // Everything under test is on this machine: of the address only the port counts, which is at the end.
    const server = connect(request.readUInt16BE(request.length - 2), '127.0.0.1')
    const pair: [Socket, Socket] = [client, server]
    this.pairs.add(pair)
    const part = (): void => {
      this.pairs.delete(pair)
      client.destroy()
      server.destroy()
    }
    for (const socket of pair) socket.on('error', part).on('close', part)
    server.once('connect', () => {
      client.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]))
      client.pipe(server).pipe(client)
    })
  }
}
