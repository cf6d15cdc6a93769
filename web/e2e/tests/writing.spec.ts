import type { Api } from '../support/api.ts'
import { type Console, type Customer, expect, STAFF, test as journey } from '../support/journey.ts'
import { Model } from '../support/model.ts'

/** With a language model, which says what each step of the journey tells it to. */
const test = journey.extend<{ model: Model }>({
  model: async ({ api }, use) => {
    const model = await Model.start()
    await model.publish(api)
    await use(model)
    await model.stop()
  },
})

// The model is on this machine, which the server does not reach by itself.
test.use({ serverArgs: ['--allow-host', '127.0.0.1'] })

const DRAFT = '订单 QH2611050123 3 天内发货。'
const WARM = '亲，订单 QH2611050123 三天内就发出，请放心～'

/** A customer with a person at their side. */
async function together(customer: Customer, agent: Console, words: string): Promise<void> {
  await customer.openChat()
  await customer.send(words)
  await expect(customer.messages('bot').last()).toBeVisible()
  await customer.send('转人工')
  await agent.open('unassigned')
  await agent.takeOver()
}

test('a draft is put in other words, taken back, translated, and only then sent', async ({ newCustomer, newAgent, model }) => {
  const [customer, chen] = [await newCustomer(), await newAgent(STAFF.chen)]
  await together(customer, chen, '你好，订单 QH2611050123 什么时候发货？')
  await expect(chen.at('rephrase')).toBeDisabled()

  await chen.at('composer').fill(DRAFT)
  model.says(WARM)
  await chen.at('rephrase').click()
  await chen.at('tone-warmer').click()
  await expect(chen.at('suggestion-text')).toHaveText(WARM)
  await expect(chen.at('suggestion')).toContainText('clever')
  await expect(chen.at('composer')).toHaveValue(DRAFT)
  expect(model.heard()).toContain('3 天内发货')
  await chen.at('suggestion-use').click()
  await expect(chen.at('composer')).toHaveValue(WARM)
  await chen.at('suggestion-undo').click()
  await expect(chen.at('composer')).toHaveValue(DRAFT)

  // Another promise than the agent's own is not suggested, however often the model says it.
  model.says('亲，两天内就发出～', '亲，两天内就发出～')
  await chen.at('rephrase').click()
  await chen.at('tone-formal').click()
  await expect(chen.at('suggestion')).toContainText('改变了事实')
  await expect(chen.at('suggestion-text')).toHaveCount(0)
  await expect(chen.at('composer')).toHaveValue(DRAFT)

  await chen.at('composer').fill('Your order QH2611050123 ships within 3 days.')
  const translated = '您的订单 QH2611050123 将在 3 天内发货。'
  model.says(translated)
  await chen.at('translate').click()
  await expect(chen.at('suggestion-text')).toHaveText(translated)
  await expect(customer.message(translated)).toHaveCount(0)
  await chen.at('suggestion-use').click()
  await chen.at('composer').press('Enter')
  await expect(customer.message(translated, 'agent')).toBeVisible()
})

test('a customer’s words are translated, and the conversation is summed up without a telephone number leaving', async ({ newCustomer, newAgent, model }) => {
  const [customer, chen] = [await newCustomer(), await newAgent(STAFF.chen)]
  await together(customer, chen, '你好，我的电话13800138000，订单 QH2611050123 什么时候发货？')
  await customer.send('Please send it by express, thank you.')
  model.says('请用快递寄出，谢谢。')
  await chen.message('Please send it by express').getByTestId('translate-message').click()
  await expect(chen.at('translation')).toContainText('请用快递寄出，谢谢。')

  const summary = '顾客询问订单 QH2611050123 的发货时间，希望用快递寄出。'
  model.says(summary)
  await chen.at('gist-tab').click()
  await chen.at('write-summary').click()
  await expect(chen.at('summary-text')).toHaveText(summary)
  await expect(chen.at('written-summary')).toContainText('clever')
  for (const asked of model.asked) expect(JSON.stringify(asked)).not.toContain('13800138000')
})

const ANSWER = '不用许可证，放飞之前向社区报备，风力 4 级以上不要放。'

/** Somebody asks what the bot has nothing near to, wants a person, and that person answers. */
async function unknown(customer: Customer, api: Api, question: string): Promise<void> {
  await customer.openChat()
  await customer.send(question)
  await expect(customer.messages('bot').getByTestId('choice').first()).toBeVisible()
  await customer.send('转人工')
  const queued = async (): Promise<string | undefined> => {
    const { items } = await api.call<{ items: { conversation: { id: string; status: string } }[] }>('GET', '/conversations?view=all')
    return items.find(({ conversation }) => conversation.status === 'queued')?.conversation.id
  }
  await expect.poll(queued).toBeTruthy()
  const path = `/conversations/${await queued()}`
  await api.call('POST', `${path}/take-over`)
  await api.call('POST', `${path}/messages`, { client_key: crypto.randomUUID(), content: { type: 'text', text: ANSWER }, visibility: 'public' })
  await api.call('POST', `${path}/resolve`)
}

test('what people answered to a gap becomes the draft of an entry, which somebody accepts', async ({ newCustomer, newAgent, api, model }) => {
  for (const question of ['孔明灯放飞要办许可证吗', '放飞孔明灯需要许可证吗']) await unknown(await newCustomer(), api, question)
  await api.call('POST', '/kb/upkeep')
  const gap = async (): Promise<number> => (await api.call<{ items: { content: { question: string } }[] }>('GET', '/kb/changes?origin=gap')).items.filter((one) => one.content.question.includes('孔明灯')).length
  await expect.poll(gap).toBe(1)

  const zhou = await newAgent(STAFF.supervisor)
  await zhou.at('nav-knowledge').click()
  await zhou.at('knowledge-review').click()
  await zhou.at('kb-change').filter({ hasText: '孔明灯' }).click()
  model.says(JSON.stringify({ question: '孔明灯放飞要办许可证吗？', answer: ANSWER, variants: ['放孔明灯要批准吗'] }))
  await zhou.at('kb-draft').click()
  await expect(zhou.at('kb-proposal')).toContainText('放飞之前向社区报备')
  await expect(zhou.at('kb-drafted-by')).toContainText('clever')
  const before = await api.call<{ items: { question: string }[] }>('GET', '/kb/entries?limit=1')
  expect(before.items[0]?.question, 'a draft is not published').not.toContain('孔明灯')
  await zhou.at('kb-accept').click()
  await expect(zhou.at('kb-change').filter({ hasText: '孔明灯' })).toHaveCount(0)

  const customer = await newCustomer()
  await customer.openChat()
  await customer.send('孔明灯放飞要办许可证吗？')
  await expect(customer.messages('bot').last()).toContainText('放飞之前向社区报备')
})
