import type { Page } from '@playwright/test'
import { expect, STAFF, test } from '../support/journey.ts'

const PHONE = { viewport: { width: 375, height: 720 }, hasTouch: true, isMobile: true }

/** Nothing sticks out to the right: the page cannot be moved sideways. */
async function fits(page: Page): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375)
}

test('on a phone the chat fills the screen and nothing is cut off', async ({ newCustomer }) => {
  const customer = await newCustomer(PHONE)
  await fits(customer.page)
  await customer.openChat()
  await expect.poll(() => customer.at('panel').boundingBox()).toEqual({ x: 0, y: 0, width: 375, height: 720 })
  await customer.send('发票怎么开，能开专用发票吗，一个很长的订单号 QH26110501239876543210QH26110501239876543210QH26110501239876543210')
  await expect(customer.messages('bot').nth(1)).toBeVisible()
  for (const part of ['send', 'input', 'close', 'menu']) await expect(customer.at(part)).toBeInViewport({ ratio: 1 })
  const widths = await customer.messages().evaluateAll((all) => all.map((one) => one.getBoundingClientRect().right))
  expect(Math.max(...widths)).toBeLessThanOrEqual(375)
  await fits(customer.page)
})

test('on a phone an agent reads, answers and resolves', async ({ newCustomer, newAgent }) => {
  const customer = await newCustomer()
  await customer.openChat()
  await customer.send('转人工')
  const chen = await newAgent(STAFF.chen, PHONE)
  await fits(chen.page)
  await chen.open('unassigned')
  await fits(chen.page)
  await chen.takeOver()
  await chen.at('composer').fill('手机上回复')
  await chen.at('send').click()
  await expect(customer.message('手机上回复')).toBeVisible()
  await chen.at('details').click()
  await expect(chen.at('contact-panel')).toBeInViewport()
  await chen.page.getByRole('complementary').getByRole('button', { name: '关闭' }).click()
  await chen.at('resolve').click()
  await expect(customer.widget.locator('[data-line=resolved]')).toBeVisible()
  await chen.page.getByRole('link', { name: '返回列表' }).click()
  await expect(chen.at('nav-knowledge')).toBeVisible()
  await chen.at('nav-knowledge').click()
  await expect(chen.at('kb-entry').first()).toBeVisible()
  await fits(chen.page)
  await chen.at('nav-settings').click()
  await expect(chen.at('user-row').first()).toBeVisible()
  await fits(chen.page)
})

test('on a phone intents, trying and reports fit', async ({ newAgent }) => {
  const zhou = await newAgent(STAFF.supervisor, PHONE)
  await zhou.at('nav-language').click()
  await zhou.at('intent-link').first().click()
  await expect(zhou.at('example').first()).toBeVisible()
  await fits(zhou.page)
  await zhou.page.getByRole('link', { name: '全部意图' }).click()
  await expect(zhou.at('intent-link').first()).toBeVisible()
  await zhou.at('language-try').click()
  await zhou.at('try-text').fill('发票怎么开，一个很长的订单号 QH26110501239876543210QH26110501239876543210QH26110501239876543210')
  await expect(zhou.at('try-took')).toBeVisible()
  await fits(zhou.page)
  await zhou.at('language-models').click()
  await expect(zhou.at('doubt').first()).toBeVisible()
  await fits(zhou.page)
  await zhou.at('language-entities').click()
  await expect(zhou.at('type-row').first()).toBeVisible()
  await fits(zhou.page)
})

test('on a phone the assistant and tickets fit', async ({ newAgent }) => {
  const admin = await newAgent(STAFF.admin, PHONE)
  await admin.at('nav-tickets').click()
  await expect(admin.page.locator('.page h1')).toBeVisible()
  await fits(admin.page)
  await admin.at('nav-assistant').click()
  await admin.page.locator('[data-path="flows/return_goods.yml"]').click()
  await expect(admin.at('flow-text')).toBeVisible()
  await fits(admin.page)
  await admin.at('side-graph').click()
  await expect(admin.at('flow-graph')).toBeVisible()
  await fits(admin.page)
  await admin.page.getByRole('button', { name: '返回文件列表' }).click()
  await expect(admin.at('file-link').first()).toBeVisible()
  for (const [tab, shown] of [['try', 'talk-text'], ['tests', 'tests-run'], ['releases', 'release-row'], ['outcomes', 'outcome-definitions'], ['settings', 'setting-row']] as const) {
    await admin.at(`assistant-${tab}`).click()
    await expect(admin.at(shown).first()).toBeVisible()
    await fits(admin.page)
  }
})
