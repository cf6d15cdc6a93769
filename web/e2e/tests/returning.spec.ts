import { ascending, Customer, expect, STAFF, test } from '../support/journey.ts'

test('after a reload the history is there, and what was begun as well', async ({ newCustomer }) => {
  const customer = await newCustomer()
  await customer.openChat()
  await customer.send('怎么申请退货？')
  await expect(customer.messages('bot').last()).toContainText('退货')
  const before = await customer.said()
  await customer.at('input').fill('还没写完')

  await customer.page.reload()
  await expect(customer.at('panel')).toBeVisible()
  await expect(customer.at('input')).toHaveValue('还没写完')
  await expect.poll(() => customer.said()).toEqual(before)
})

test('a message written without a network survives a reload and arrives once', async ({ newCustomer, api, network }) => {
  const customer = await newCustomer({ proxy: network.proxy })
  await customer.openChat()
  await customer.send('你好')
  await customer.context.setOffline(true)
  await customer.write('没有网络时写的')
  // The page cannot be loaded without a network: the customer comes back when there is one.
  await customer.page.goto('about:blank')
  await customer.context.setOffline(false)
  await customer.page.goto(customer.shop)
  await expect(customer.message('没有网络时写的', 'customer')).toHaveAttribute('data-state', /^(sent|read)$/)
  await expect(customer.message('没有网络时写的', 'customer')).toHaveCount(1)
  const stored = await api.messages((await api.conversation()).id)
  expect(stored.filter((message) => message.text === '没有网络时写的')).toHaveLength(1)
})

test('history is reached across any number of private notes', async ({ newCustomer, api }) => {
  const customer = await newCustomer()
  await customer.openChat()
  await customer.send('最早的一条')
  await customer.send('转人工')
  const { id } = await api.conversation()
  await api.call('POST', `/conversations/${id}/take-over`)
  const write = (visibility: string, text: string): Promise<unknown> =>
    api.call('POST', `/conversations/${id}/messages`, { client_key: text, content: { type: 'text', text }, visibility })
  for (let note = 1; note <= 110; note++) await write('private', `备注 ${note}`)
  await write('public', '久等了')
  await expect(customer.message('久等了')).toBeVisible()

  await customer.page.reload()
  await expect(customer.message('久等了')).toBeVisible()
  const older = customer.at('older')
  await expect(async () => {
    if (await older.isVisible()) await older.click()
    await expect(customer.message('最早的一条', 'customer')).toBeVisible({ timeout: 1_000 })
  }).toPass()
  await expect(customer.widget).not.toContainText('备注')
})

test('two tabs of one customer show the same conversation', async ({ newCustomer, newAgent, api }) => {
  const first = await newCustomer()
  await first.openChat()
  await first.send('转人工')
  const second = new Customer(first.context, await first.context.newPage(), first.shop)
  await second.visit()
  await second.openChat()
  await expect(second.message('转人工', 'customer')).toBeVisible()

  await second.send('从第二个标签页写的')
  await expect(first.message('从第二个标签页写的')).toBeVisible()
  await first.send('从第一个标签页写的')
  await expect(second.message('从第一个标签页写的')).toBeVisible()
  const chen = await newAgent(STAFF.chen)
  await chen.open('unassigned')
  await chen.takeOver()
  await chen.reply('两边都看得到')
  for (const tab of [first, second]) await expect(tab.message('两边都看得到')).toBeVisible()

  const texts = (await api.messages((await api.conversation()).id)).filter((message) => message.visibility === 'public').map((message) => message.text)
  for (const tab of [first, second]) {
    await expect.poll(() => tab.said()).toEqual(texts)
    expect(ascending(await tab.places())).toBe(true)
  }
})

test('a server that dies while the customer writes gets each message once', async ({ newCustomer, newAgent, server, api }) => {
  const customer = await newCustomer()
  const chen = await newAgent(STAFF.chen)
  await customer.openChat()
  await customer.send('转人工')
  await chen.open('unassigned')
  await chen.takeOver()

  const written = ['第一条', '第二条', '第三条', '第四条', '第五条', '第六条']
  for (const [index, text] of written.entries()) {
    await customer.write(text)
    if (index === 1) await server.kill()
    if (index === 3) await server.restart()
  }
  for (const text of written) await expect(customer.message(text)).toHaveAttribute('data-state', /^(sent|read)$/, { timeout: 40_000 })
  await expect(chen.message('第六条')).toBeVisible({ timeout: 40_000 })

  const texts = (await api.messages((await api.conversation()).id)).filter((message) => message.visibility === 'public').map((message) => message.text)
  expect(texts.filter((text) => written.includes(text))).toEqual(written)
  await expect.poll(() => customer.said()).toEqual(texts)
  await expect.poll(() => chen.said()).toEqual(texts)
})

test('an agent’s begun answer survives a reload of the console', async ({ newCustomer, newAgent, api }) => {
  const customer = await newCustomer()
  const chen = await newAgent(STAFF.chen)
  await customer.openChat()
  await customer.send('转人工')
  await chen.open('unassigned')
  await chen.takeOver()
  await chen.at('composer').fill('写了一半的答复')
  await chen.page.reload()
  await expect(chen.at('composer')).toHaveValue('写了一半的答复')

  await chen.context.setOffline(true)
  await chen.at('composer').press('Enter')
  await expect(chen.at('outgoing')).toHaveAttribute('data-state', 'waiting')
  const address = chen.page.url()
  await chen.page.goto('about:blank')
  await chen.context.setOffline(false)
  await chen.page.goto(address)
  await expect(chen.message('写了一半的答复')).toBeVisible()
  await expect(customer.message('写了一半的答复')).toBeVisible()
  const stored = await api.messages((await api.conversation()).id)
  expect(stored.filter((message) => message.text === '写了一半的答复')).toHaveLength(1)
})
