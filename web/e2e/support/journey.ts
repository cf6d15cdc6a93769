import { type BrowserContextOptions, test as base } from '@playwright/test'
import { Api } from './api.ts'
import { Console } from './console.ts'
import { Customer } from './customer.ts'
import { Network } from './network.ts'
import { Server } from './server.ts'

export const STAFF = {
  admin: 'admin@qinghe.example',
  supervisor: 'supervisor@qinghe.example',
  chen: 'agent1@qinghe.example',
  wang: 'agent2@qinghe.example',
  emily: 'agent3@qinghe.example',
} as const

interface Journey {
  /** What the server is told beside, such as `--allow-host`. */
  serverArgs: readonly string[]
  /** A fresh server of its own for each test: nothing that another test did can matter. */
  server: Server
  /** The admin behind the scenes. */
  api: Api
  /** A cable that can be pulled. */
  network: Network
  /** A customer on the shop page, each in a browser profile of their own. */
  newCustomer: (options?: BrowserContextOptions & { lang?: 'zh' | 'en' }) => Promise<Customer>
  /** Somebody in the console, signed in. */
  newAgent: (email: string, options?: BrowserContextOptions) => Promise<Console>
}

export const test = base.extend<Journey>({
  serverArgs: [[], { option: true }],
  server: async ({ serverArgs }, use) => {
    const server = await Server.start(serverArgs)
    await use(server)
    await server.stop()
  },
  api: async ({ server }, use) => {
    const api = await Api.signIn(server.url, STAFF.admin)
    // Journeys are the same at any hour; the one about closing time closes the shop itself.
    await api.openingHours('always')
    await use(api)
  },
  network: async ({}, use) => {
    const network = await Network.start()
    await use(network)
    await network.stop()
  },
  newCustomer: async ({ browser, server, api: _ }, use) => {
    const contexts: { close(): Promise<void> }[] = []
    await use(async ({ lang = 'zh', ...options } = {}) => {
      const context = await browser.newContext({ locale: lang === 'en' ? 'en-US' : 'zh-CN', viewport: { width: 1440, height: 900 }, ...options })
      contexts.push(context)
      const customer = new Customer(context, await context.newPage(), `${server.url}/demo?lang=${lang}`)
      await customer.visit()
      return customer
    })
    for (const context of contexts) await context.close()
  },
  newAgent: async ({ browser, server, api: _ }, use) => {
    const contexts: { close(): Promise<void> }[] = []
    await use(async (email, options = {}) => {
      const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 1440, height: 900 }, ...options })
      contexts.push(context)
      const agent = new Console(context, await context.newPage(), server.url)
      await agent.signIn(email)
      return agent
    })
    for (const context of contexts) await context.close()
  },
})

export { expect } from '@playwright/test'
export { Console } from './console.ts'
export { Customer } from './customer.ts'

/** Whether numbers grow strictly: nothing twice, nothing out of order. */
export function ascending(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0))
}
