import { type Console, type Customer, expect, STAFF, test } from '../support/journey.ts'

const FLOW = `flow: kite_help
title: {zh: 订做风筝, en: Having a kite made}
starts:
  phrases: {zh: [我想订做风筝], en: [I want a kite made]}
slots:
  wish: {type: text, title: {zh: 需求, en: wish}}
steps:
  - colect: wish
    ask: {zh: 您想要什么样的风筝？, en: What kite would you like?}
  - say: {zh: 已经记下了。, en: Noted.}
`
const TEST = `conversation: 订做风筝
lang: zh
turns:
  - customer: 我想订做风筝
    expect: {flow: kite_help, asks: wish, says: [纸鸢]}
end: {handed_over: false}
`

/** Puts a text in place of what the editor has. */
async function rewrite(admin: Console, text: string): Promise<void> {
  await admin.at('flow-text').click()
  await admin.page.keyboard.press('Control+a')
  await admin.page.keyboard.insertText(text)
}

async function newFile(admin: Console, group: string, name: string, text: string): Promise<void> {
  await admin.at('file-new').click()
  await admin.page.getByRole('dialog').getByText(group, { exact: true }).click()
  await admin.at('file-name').fill(name)
  await admin.at('file-create').click()
  await expect(admin.page.getByRole('dialog')).toBeHidden()
  await expect(admin.at('flow-text')).toContainText(name)
  await rewrite(admin, text)
}

/** Writes, and waits for the assistant's answer to that. */
async function ask(customer: Customer, text: string, answer: string | RegExp): Promise<void> {
  await customer.send(text)
  await expect(customer.messages('bot').last()).toContainText(answer)
}

test('a flow is written with an error, mended, tested and published, and customers get its words', async ({ newCustomer, newAgent, api }) => {
  // Every test conversation of the shop is run twice on the way, four times each.
  test.setTimeout(900_000)
  // In journeys the shop never closes, which this test conversation counts on.
  await api.call('DELETE', '/assistant/file?path=tests/message_outside_hours.yml')
  const admin = await newAgent(STAFF.admin)
  await admin.at('nav-assistant').click()
  await newFile(admin, '流程', 'kite_help', FLOW)

  const wrong = admin.page.locator('[data-testid=problem][data-file="flows/kite_help.yml"]')
  await expect(wrong.first()).toContainText('没有“colect”这种步骤')
  await expect(admin.page.locator('.cm-lintRange-error').first()).toBeVisible()
  await wrong.first().click()
  await expect(admin.page.locator('.cm-activeLine')).toContainText('colect')
  await rewrite(admin, FLOW.replace('colect', 'collect'))
  await expect(admin.at('problem')).toHaveCount(0)
  await expect(admin.at('check-state')).toContainText('没有问题')
  await expect(admin.at('flow-graph')).toBeVisible()
  await admin.at('file-save').click()
  await expect(admin.at('file-dirty')).toBeHidden()

  await newFile(admin, '测试对话', 'kite_help', TEST)
  await admin.at('file-save').click()
  await expect(admin.at('file-dirty')).toBeHidden()

  await admin.at('assistant-try').click()
  await admin.at('talk-text').fill('我想订做风筝')
  await admin.at('talk-send').click()
  await expect(admin.at('talk-said')).toHaveText('您想要什么样的风筝？')
  await expect(admin.page.locator('[data-testid=trace-command][data-name=start_flow]')).toContainText('kite_help')

  await admin.at('assistant-tests').click()
  await admin.at('tests-only').fill('kite_help')
  await admin.at('tests-run').click()
  await expect(admin.at('test-failed')).toContainText('纸鸢')
  await expect(admin.at('test-failed')).toContainText('您想要什么样的风筝？')

  await admin.at('assistant-releases').click()
  await expect(admin.at('changed-file')).toHaveCount(3)
  await admin.at('release-publish').click()
  await admin.at('publish-go').click()
  // It goes on while one looks elsewhere, and can be come back to.
  await expect(admin.at('run').first()).toContainText('测试对话')
  await admin.page.reload()
  await expect(admin.at('run')).toHaveAttribute('data-kind', 'publish')
  await admin.at('release-publish').click()
  await expect(admin.at('publish-failing')).toContainText('订做风筝', { timeout: 400_000 })
  await expect(admin.at('publish-failing')).toContainText('1 段测试对话没有通过')
  await admin.at('publish-failing').getByRole('link', { name: /kite_help/ }).click()
  await expect(admin.at('flow-text')).toContainText('纸鸢')
  await rewrite(admin, TEST.replace('纸鸢', '风筝'))
  await admin.at('file-save').click()
  await expect(admin.at('file-dirty')).toBeHidden()

  await admin.at('assistant-releases').click()
  await admin.at('release-publish').click()
  await admin.at('publish-note').fill('可以订做风筝了')
  await admin.at('publish-go').click()
  const live = admin.page.locator('[data-testid=release-row][data-live=true]')
  await expect(live).toContainText('可以订做风筝了', { timeout: 400_000 })

  const customer = await newCustomer()
  await customer.openChat()
  await ask(customer, '我想订做风筝', '您想要什么样的风筝？')
})

test('what is written in a file survives looking elsewhere, and two who write at once lose nothing', async ({ newAgent, api }) => {
  const admin = await newAgent(STAFF.admin)
  await admin.at('nav-assistant').click()
  await admin.page.locator('[data-path="flows/cart_help.yml"]').click()
  await expect(admin.at('flow-text')).toContainText('cart_help')
  await admin.page.getByRole('textbox', { name: /cart_help/ }).press('Control+Home')
  await admin.page.keyboard.insertText('# 我的改动\n')
  await admin.page.locator('[data-path="flows/callback.yml"]').click()
  await expect(admin.at('flow-text')).toContainText('flow: callback')
  await admin.page.locator('[data-path="flows/cart_help.yml"]').click()
  await expect(admin.at('flow-text')).toContainText('我的改动')
  await expect(admin.at('file-dirty')).toBeVisible()

  const { text } = await api.call<{ text: string }>('GET', '/assistant/file?path=flows/cart_help.yml')
  await api.call('PUT', '/assistant/file?path=flows/cart_help.yml', { text: `# 别人的改动\n${text}` })
  await admin.at('file-save').click()
  await expect(admin.at('file-conflict')).toBeVisible()
  await expect(admin.at('flow-text')).toContainText('我的改动')
  await admin.at('conflict-keep').click()
  await expect(admin.at('file-conflict')).toBeHidden()
  const now = await api.call<{ text: string }>('GET', '/assistant/file?path=flows/cart_help.yml')
  expect(now.text.startsWith('# 我的改动\n')).toBe(true)
})

test('supervisors read the assistant’s files, agents have no such page, and secrets are never shown', async ({ newAgent }) => {
  const zhou = await newAgent(STAFF.supervisor)
  await zhou.at('nav-assistant').click()
  await zhou.page.locator('[data-path="flows/cart_help.yml"]').click()
  await expect(zhou.at('flow-text')).toHaveAttribute('aria-readonly', 'true')
  await expect(zhou.at('file-save')).toHaveCount(0)
  const chen = await newAgent(STAFF.chen)
  await expect(chen.at('nav-tickets')).toBeVisible()
  await expect(chen.at('nav-assistant')).toHaveCount(0)
  const admin = await newAgent(STAFF.admin)
  await admin.at('nav-assistant').click()
  await admin.at('assistant-settings').click()
  await admin.at('secret-new').click()
  await admin.at('value-name').fill('carrier_key')
  await admin.at('value-value').fill('very-secret-value')
  await admin.at('value-save').click()
  await expect(admin.at('secret-row').filter({ hasText: 'carrier_key' })).toBeVisible()
  await admin.page.reload()
  await expect(admin.at('secret-row').filter({ hasText: 'carrier_key' })).toBeVisible()
  await expect(admin.page.locator('body')).not.toContainText('very-secret-value')
})

test('a customer returns goods with the assistant, and whoever takes over sees how', async ({ newCustomer, newAgent }) => {
  const customer = await newCustomer()
  await customer.openChat()
  await ask(customer, '我要退货', '订单号')
  await ask(customer, 'QH2611165169', '手机号')
  await ask(customer, '19900000056', /哪几件|哪件/)
  await ask(customer, '空气炸锅', /原因|问题/)
  await ask(customer, '买错了', /拆|状态/)
  await customer.send('拆了没用过')
  await customer.widget.getByText('上门取件').last().click()
  await customer.widget.locator('[data-choice="confirm:yes"]').last().click()
  await expect(customer.messages('bot').filter({ hasText: 'RT2611165169' }).first()).toBeVisible()
  await customer.send('转人工')
  await expect(customer.widget.locator('[data-line=handed_over]')).toBeVisible()

  const chen = await newAgent(STAFF.chen)
  await chen.open('unassigned')
  await expect(chen.page.locator('[data-testid=message][data-visibility=private]').filter({ hasText: 'QH2611165169' })).toBeVisible()
  await chen.at('trace-tab').click()
  const reason = chen.at('trace').filter({ hasText: '买错了' })
  await reason.getByRole('button').first().click()
  await expect(reason.locator('[data-testid=trace-command][data-name=fill_slot]').first()).toContainText('changed_mind')
  await expect(reason.locator('[data-testid=trace-frame][data-flow=return_goods] [data-slot=order_no]')).toHaveText('QH2611165169')

  await chen.at('contact-tab').click()
  await expect(chen.at('outcome')).toContainText('转人工')
  await chen.at('tag-add').fill('退货')
  await chen.at('tag-add').press('Enter')
  await expect(chen.at('tag').filter({ hasText: '退货' })).toBeVisible()
  await chen.at('ticket-new').click()
  await chen.at('ticket-subject').fill('核对退货运费')
  await chen.at('ticket-phone').fill('13800138000')
  await chen.at('ticket-create').click()
  await expect(chen.at('ticket').filter({ hasText: '核对退货运费' })).toBeVisible()

  await chen.at('nav-tickets').click()
  const ticket = chen.at('ticket').filter({ hasText: '核对退货运费' })
  await expect(ticket.getByRole('link', { name: '13800138000' })).toHaveAttribute('href', 'tel:13800138000')
  await ticket.getByTestId('ticket-turn').click()
  await expect(ticket).toHaveCount(0)
  await chen.page.getByText('已完成', { exact: true }).click()
  await expect(ticket).toBeVisible()
  await ticket.getByTestId('ticket-conversation').click()
  await expect(chen.message('转人工', 'customer')).toBeVisible()
})

test('what happens on the page lets the assistant speak first, while the chat is closed', async ({ newCustomer }) => {
  const customer = await newCustomer()
  await customer.page.evaluate(() => (window as unknown as { Yingda: { track(name: string): void } }).Yingda.track('cart_idle'))
  await expect(customer.at('unread')).toHaveText('1')
  await customer.openChat()
  await expect(customer.messages('bot').last()).toContainText('购物车')
  await expect(customer.at('unread')).toHaveCount(0)
})

test('a run is cancelled, and another may begin at once', async ({ newAgent }) => {
  const admin = await newAgent(STAFF.admin)
  await admin.at('nav-assistant').click()
  await admin.at('assistant-tests').click()
  await admin.at('walk-run').click()
  await expect(admin.at('run')).toContainText('/ 200')
  await admin.at('run-cancel').click()
  await expect(admin.at('ended-walk')).toContainText('中途取消')
  await admin.at('tests-only').fill('size_en')
  await admin.at('tests-run').click()
  await expect(admin.at('tests-report')).toContainText('1 / 1', { timeout: 60_000 })
})

const SALE = `flow: sale_hint
title: {zh: 优惠提醒, en: A sale}
starts: {occasion: marketing, events: [sale_seen]}
steps:
  - say: {zh: 您看的商品今天有优惠。, en: What you looked at is on sale today.}
`

test('a customer is asked before offers are sent to them, and a colleague sees and ends it', async ({ newCustomer, newAgent, api }) => {
  const { items } = await api.call<{ items: { path: string }[] }>('GET', '/assistant/files')
  for (const { path } of items.filter((file) => /^(tests|customers)\//.test(file.path))) await api.call('DELETE', `/assistant/file?path=${path}`)
  await api.call('PUT', '/assistant/file?path=flows/sale_hint.yml', { text: SALE })
  const { id } = await api.call<{ id: string }>('POST', '/assistant/releases', {})
  await expect.poll(async () => (await api.call<{ state: string }>('GET', `/assistant/runs/${id}`)).state).toBe('done')

  const customer = await newCustomer()
  await customer.openChat()
  const seen = (): Promise<void> => customer.page.evaluate(() => (window as unknown as { Yingda: { track(name: string): void } }).Yingda.track('sale_seen'))
  await seen()
  await expect(customer.at('consent')).toBeVisible()
  await customer.at('consent-yes').click()
  await expect(customer.messages('bot').last()).toContainText('今天有优惠')
  await expect(customer.at('consent')).toHaveCount(0)

  const chen = await newAgent(STAFF.chen)
  await chen.look('bot')
  await chen.at('conversation-item').filter({ hasText: '今天有优惠' }).first().click()
  await expect(chen.at('consent-answer')).toHaveAttribute('data-answer', 'yes')
  await expect(chen.at('consent-how')).toContainText('客户在对话窗口里表示')
  await chen.at('consent-withdraw').click()
  await expect(chen.at('consent-answer')).toHaveAttribute('data-answer', 'no')
  await chen.at('consent-history').locator('summary').click()
  await expect(chen.at('consent-said')).toHaveCount(2)
  await expect(chen.at('consent-said').first()).toHaveAttribute('data-way', 'agent')
  await expect(chen.at('consent-said').last()).toHaveAttribute('data-way', 'widget')
  await expect(chen.at('consent-said').last()).toContainText('有优惠或新消息时，可以在这里主动告诉您吗？')
  await chen.at('tag-add').fill('看过优惠')
  await chen.at('tag-add').press('Enter')
  await expect(chen.at('item-tag').filter({ hasText: '看过优惠' })).toBeVisible()
})
