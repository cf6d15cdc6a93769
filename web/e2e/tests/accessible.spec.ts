import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from '@playwright/test'
import { expect, STAFF, test } from '../support/journey.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** What axe finds against WCAG 2.2 A and AA, as lines that say where. */
async function violations(page: Page, within = 'body'): Promise<string[]> {
  await page.evaluate(AXE)
  return page.evaluate(
    async ({ within, tags }) => {
      const { axe } = globalThis as unknown as { axe: { run(where: object, options: object): Promise<{ violations: { id: string; nodes: { target: unknown[]; failureSummary: string }[] }[] }> } }
      const found = await axe.run({ include: [within] }, { runOnly: { type: 'tag', values: tags } })
      return found.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary}`))
    },
    { within, tags: WCAG },
  )
}

for (const scheme of ['light', 'dark'] as const) {
  test(`the widget has no accessibility violations in ${scheme} colours`, async ({ newCustomer, newAgent }) => {
    const customer = await newCustomer({ colorScheme: scheme, reducedMotion: 'reduce' })
    expect(await violations(customer.page)).toEqual([])
    await customer.openChat()
    await customer.page.evaluate(() => (window as unknown as { Yingda: { track(name: string): void } }).Yingda.track('cart_idle'))
    await expect(customer.at('choice').first()).toBeVisible()
    await customer.send('转人工')
    await expect(customer.widget.locator('[data-line=handed_over]')).toBeVisible()
    const chen = await newAgent(STAFF.chen, { colorScheme: scheme, reducedMotion: 'reduce' })
    await chen.open('unassigned')
    await chen.takeOver()
    await chen.reply('您好')
    await expect(customer.message('您好', 'agent')).toBeVisible()
    await customer.at('menu').click()
    expect(await violations(customer.page, 'yingda-chat')).toEqual([])
  })

  test(`the console has no accessibility violations in ${scheme} colours`, async ({ newCustomer, newAgent, browser, server }) => {
    test.slow()
    const stranger = await browser.newPage({ colorScheme: scheme, reducedMotion: 'reduce' })
    await stranger.goto(`${server.url}/console/login`)
    await expect(stranger.getByTestId('login-email')).toBeVisible()
    expect(await violations(stranger)).toEqual([])
    await stranger.close()

    const customer = await newCustomer()
    await customer.openChat()
    await customer.send('怎么申请退货？')
    await customer.send('转人工')
    const admin = await newAgent(STAFF.admin, { colorScheme: scheme, reducedMotion: 'reduce' })
    await admin.open('unassigned')
    expect(await violations(admin.page)).toEqual([])
    await admin.at('trace-tab').click()
    await admin.at('trace').last().getByRole('button').first().click()
    await expect(admin.at('trace-command').last()).toBeVisible()
    expect(await violations(admin.page)).toEqual([])
    await admin.at('gist-tab').click()
    await expect(admin.at('gist')).toBeVisible()
    expect(await violations(admin.page)).toEqual([])
    await admin.takeOver()
    await admin.note('只有同事看得到')
    expect(await violations(admin.page)).toEqual([])
    await admin.at('snooze').click()
    await expect(admin.page.getByRole('dialog')).toBeVisible()
    expect(await violations(admin.page)).toEqual([])
    await admin.page.keyboard.press('Escape')
    await admin.at('nav-knowledge').click()
    await expect(admin.at('kb-entry').first()).toBeVisible()
    expect(await violations(admin.page)).toEqual([])
    await admin.at('nav-settings').click()
    for (const section of ['users', 'teams', 'inboxes', 'tokens', 'jobs', 'account']) {
      await admin.at(`settings-${section}`).click()
      await expect(admin.page.locator('.section h1')).toBeVisible()
      await expect(admin.page.locator('.section [aria-busy=true]')).toHaveCount(0)
      expect(await violations(admin.page), section).toEqual([])
    }
    for (const [section, button] of [['users', 'user-add'], ['teams', 'team-add'], ['inboxes', 'inbox-edit'], ['tokens', 'token-new']] as const) {
      await admin.at(`settings-${section}`).click()
      await admin.at(button).first().click()
      await expect(admin.page.getByRole('dialog')).toBeVisible()
      expect(await violations(admin.page), button).toEqual([])
      await admin.page.keyboard.press('Escape')
      await expect(admin.page.getByRole('dialog')).toBeHidden()
    }
  })
}

for (const scheme of ['light', 'dark'] as const) {
  test(`the pages about language have no accessibility violations in ${scheme} colours`, async ({ newAgent }) => {
    test.slow()
    const zhou = await newAgent(STAFF.supervisor, { colorScheme: scheme, reducedMotion: 'reduce' })
    const { page } = zhou
    await zhou.at('nav-language').click()
    await zhou.at('intent-link').first().click()
    await expect(zhou.at('example').first()).toBeVisible()
    expect(await violations(page), 'intents').toEqual([])
    await zhou.at('language-try').click()
    await zhou.at('try-text').fill('你们怎么还不发货！订单 QH2611081742，电话 13800138000，再不处理我就投诉')
    await expect(zhou.at('try-took')).toBeVisible()
    expect(await violations(page), 'try').toEqual([])
    await zhou.at('language-models').click()
    await expect(zhou.at('doubt').first()).toBeVisible()
    expect(await violations(page), 'models').toEqual([])
    await zhou.at('language-entities').click()
    await expect(zhou.at('type-row').first()).toBeVisible()
    expect(await violations(page), 'entities').toEqual([])
    for (const [tab, button] of [['entities', 'type-new'], ['intents', 'intent-new'], ['intents', 'language-export']] as const) {
      await zhou.at(`language-${tab}`).click()
      await zhou.at(button).click()
      await expect(page.getByRole('dialog')).toBeVisible()
      expect(await violations(page), button).toEqual([])
      await page.keyboard.press('Escape')
      await expect(page.getByRole('dialog')).toBeHidden()
    }
  })
}

for (const scheme of ['light', 'dark'] as const) {
  test(`the pages about the assistant have no accessibility violations in ${scheme} colours`, async ({ newCustomer, newAgent }) => {
    test.slow()
    const customer = await newCustomer()
    await customer.openChat()
    await customer.send('我要退货，QH2611165169')
    await expect(customer.messages('bot').last()).toContainText('手机号')
    const admin = await newAgent(STAFF.admin, { colorScheme: scheme, reducedMotion: 'reduce' })
    const { page } = admin
    await admin.open('bot')
    await admin.at('ticket-new').click()
    await expect(page.getByRole('dialog')).toBeVisible()
    expect(await violations(page), 'new ticket').toEqual([])
    await admin.at('ticket-subject').fill('核对运费')
    await admin.at('ticket-create').click()
    await admin.at('tag-add').fill('退货')
    await admin.at('tag-add').press('Enter')
    await expect(admin.at('tag')).toBeVisible()
    expect(await violations(page), 'side panel').toEqual([])
    await admin.at('trace-tab').click()
    await expect(admin.at('trace-command').first()).toBeVisible()
    expect(await violations(page), 'trace').toEqual([])
    await admin.at('nav-tickets').click()
    await expect(admin.at('ticket')).toBeVisible()
    expect(await violations(page), 'tickets').toEqual([])
    await admin.at('nav-assistant').click()
    await admin.page.locator('[data-path="flows/cart_help.yml"]').click()
    await expect(admin.at('flow-graph')).toBeVisible()
    await admin.page.getByRole('textbox', { name: /cart_help/ }).press('Control+Home')
    await page.keyboard.insertText('oops: 1\n')
    await expect(admin.at('problem').first()).toBeVisible()
    expect(await violations(page), 'flows').toEqual([])
    await admin.at('file-new').click()
    await expect(page.getByRole('dialog')).toBeVisible()
    expect(await violations(page), 'new file').toEqual([])
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toBeHidden()
    await admin.at('assistant-try').click()
    // What is tried is what is stored: the error is not.
    await admin.at('talk-text').fill('我要退货，QH2611165169')
    await admin.at('talk-send').click()
    await expect(admin.at('talk-said').first()).toBeVisible()
    expect(await violations(page), 'try').toEqual([])
    await admin.at('assistant-tests').click()
    await admin.at('tests-only').fill('compare')
    await admin.at('tests-run').click()
    await expect(admin.at('tests-report')).toBeVisible()
    expect(await violations(page), 'tests').toEqual([])
    for (const [tab, shown] of [['releases', 'release-row'], ['outcomes', 'outcome-definitions'], ['settings', 'setting-row']] as const) {
      await admin.at(`assistant-${tab}`).click()
      await expect(admin.at(shown).first()).toBeVisible()
      expect(await violations(page), tab).toEqual([])
    }
    await admin.at('assistant-releases').click()
    await admin.at('release-publish').click()
    await expect(page.getByRole('dialog')).toBeVisible()
    expect(await violations(page), 'publish').toEqual([])
  })
}

test('the API reference has no accessibility violations', async ({ page, server }) => {
  await page.goto(`${server.url}/docs/`)
  await expect(page.locator('h1')).toBeVisible()
  await expect(page.getByText('/api/v1/auth/login').first()).toBeVisible()
  expect(await violations(page)).toEqual([])
})

test('the whole chat can be used by keyboard alone', async ({ newCustomer }) => {
  const customer = await newCustomer()
  await customer.at('launcher').focus()
  await customer.page.keyboard.press('Enter')
  await expect(customer.at('input')).toBeFocused()
  await customer.page.keyboard.type('转人工')
  await customer.page.keyboard.press('Enter')
  await expect(customer.message('转人工', 'customer')).toBeVisible()
  await customer.page.keyboard.press('Escape')
  await expect(customer.at('panel')).toBeHidden()
  await expect(customer.at('launcher')).toBeFocused()
})
