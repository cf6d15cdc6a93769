import type { Page } from '@playwright/test'
import { type Customer, expect, STAFF, test } from '../support/journey.ts'

const ARTICLE = {
  kind: 'article',
  question: '孔明灯使用手册',
  answer: '## 放飞\n\n在空旷的地方放飞，离建筑物至少五十米。\n\n## 收纳\n\n灯罩晾干以后平放，避免受潮。',
  lang: 'zh',
  audience: 'public',
}

/** What opens beside the chat when a link in it is followed. */
async function follow(customer: Customer, link: ReturnType<Customer['at']>): Promise<Page> {
  await expect(link).toHaveAttribute('target', '_blank')
  const [page] = await Promise.all([customer.context.waitForEvent('page'), link.click()])
  return page
}

test('a link to the help centre in the chat opens the article, from the bot and from an agent', async ({ newCustomer, newAgent, api, server }) => {
  await api.call('POST', '/kb/entries', ARTICLE)
  const customer = await newCustomer()
  await customer.openChat()
  await customer.send('孔明灯使用手册')
  const answer = customer.messages('bot').last()
  await expect(answer).toContainText('来源：《孔明灯使用手册》')
  const link = answer.getByRole('link')
  await expect(link).toHaveAttribute('href', new RegExp(`^${server.url}/help/qinghe/zh/a/`))
  const read = await follow(customer, link)
  await expect(read.getByRole('heading', { level: 1 })).toHaveText('孔明灯使用手册')
  await expect(read.locator('main')).toContainText('离建筑物至少五十米')
  await expect(read).toHaveURL(/\/help\/qinghe\/zh\/a\//)
  const address = new URL(read.url())
  await read.close()

  await customer.send('转人工')
  const chen = await newAgent(STAFF.chen)
  await chen.open('unassigned')
  await chen.takeOver()
  await chen.reply(`请看这里：${server.url}${address.pathname}`)
  const sent = customer.message('请看这里', 'agent').getByRole('link')
  const page = await follow(customer, sent)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('孔明灯使用手册')
  // The chat is still there, and goes on.
  await expect(customer.message('请看这里', 'agent')).toBeVisible()
  await customer.send('看到了，谢谢')
  await expect(chen.message('看到了，谢谢', 'customer')).toBeVisible()
})
