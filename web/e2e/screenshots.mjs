// Pictures of the real console and widget for the README, taken on a fresh demo: node screenshots.mjs
// A program other than ../../target/debug/yingda is named in YINGDA_BIN.

import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from '@playwright/test'

const here = dirname(fileURLToPath(import.meta.url))
const program = resolve(process.env.YINGDA_BIN ?? join(here, '../../target/debug/yingda'))
const images = join(here, '../../docs/images')
const PASSWORD = 'yingda-demo-2026'
const SIZE = { width: 1440, height: 900 }
const WAIT = 20_000

/** One language's story: what customers ask, and how the people answer. */
const STORIES = {
  zh: {
    locale: 'zh-CN',
    shop: '/demo?lang=zh',
    agent: 'agent1@qinghe.example',
    waiting: [['退款多久到账？'], ['怎么开发票？', '转人工'], ['保温杯能泡茶吗？'], ['你好', '转人工']],
    names: ['周晓彤', '何家豪', null, '许安'],
    name: '李雯',
    questions: ['怎么申请退货？', '椅子有一条腿是歪的，转人工'],
    replies: ['李女士您好，我是陈思。椅子的问题给您添麻烦了，请问是哪一条腿？', '多谢，应该是运输中受的损。今天下午 3–5 点上门取件，运费由我们承担，新椅子明天发出。'],
    answers: ['右后腿，放不平。', '太好了，谢谢！下午我在家。'],
    note: '已给仓库留言：补发同款，优先质检。',
    suffix: '',
  },
  en: {
    locale: 'en-US',
    shop: '/demo?lang=en',
    agent: 'agent3@qinghe.example',
    waiting: [['When will I get my refund?'], ['invoice'], ['How do I use a coupon?', 'talk to a person']],
    names: ['Tom Becker', null, 'Ana Costa'],
    name: 'Grace Miller',
    questions: ['How do I return an item?', 'One leg of the chair is bent, I want to talk to a person'],
    replies: ['Hello Grace, this is Emily. Sorry about the chair! Could you tell me which leg it is?', 'Thank you. We collect it this afternoon between 3 and 5 at our cost, and a new chair leaves tomorrow.'],
    answers: ['The right one at the back; it does not stand level.', 'Perfect, I will be at home.'],
    note: 'Asked the warehouse to send a new one, checked first.',
    suffix: '-en',
  },
}

async function start(data) {
  const child = spawn(program, ['serve', '--demo', '--json', '--rate-limits', 'off', '--listen', '127.0.0.1:0', '--data', data], { stdio: ['ignore', 'pipe', 'inherit'] })
  const url = await new Promise((ready, failed) => {
    let log = ''
    child.stdout.on('data', (piece) => {
      log += piece
      const line = /^\{"ready":true.*\}$/m.exec(log)?.[0]
      if (line) ready(JSON.parse(line).url)
    })
    child.once('exit', (code) => failed(new Error(`the server ended with ${code}`)))
  })
  return { url, stop: () => new Promise((done) => child.once('exit', done) && child.kill('SIGTERM')) }
}

async function signIn(context, url, email) {
  const answer = await context.request.post(`${url}/api/v1/auth/login`, { data: { email, password: PASSWORD } })
  const { csrf_token } = await answer.json()
  return async (method, path, data) => {
    const response = await context.request.fetch(`${url}/api/v1${path}`, { method, headers: { 'X-CSRF-Token': csrf_token }, ...(data ? { data } : {}) })
    if (!response.ok()) throw new Error(`${method} ${path}: ${response.status()} ${await response.text()}`)
    return response.status() === 204 ? null : response.json()
  }
}

async function visit(browser, url, story) {
  const context = await browser.newContext({ locale: story.locale, timezoneId: 'Asia/Shanghai', viewport: SIZE, reducedMotion: 'reduce' })
  const page = await context.newPage()
  await page.goto(url + story.shop)
  await page.locator('yingda-chat').getByTestId('launcher').click()
  const widget = page.locator('yingda-chat')
  const messages = widget.locator('[data-testid=message]')
  return {
    context,
    page,
    messages,
    /** Asks, and waits until the assistant has answered or an agent could see it. */
    async ask(text, answered = 'bot') {
      const before = await widget.locator('[data-testid=message][data-sender=bot]').count()
      await widget.getByTestId('input').fill(text)
      await widget.getByTestId('input').press('Enter')
      await messages.filter({ hasText: text }).and(widget.locator('[data-state=sent], [data-state=read]')).first().waitFor({ timeout: WAIT })
      if (answered === 'bot') await widget.locator('[data-testid=message][data-sender=bot]').nth(before).waitFor({ timeout: WAIT })
    },
  }
}

async function nameContact(admin, name) {
  const { items } = await admin('GET', '/conversations?view=all&limit=1')
  if (name) await admin('PATCH', `/contacts/${items[0].contact.id}`, { name })
}

async function tell(browser, story) {
  const data = await mkdtemp(join(tmpdir(), 'yingda-pictures-'))
  const server = await start(data)
  try {
    const backstage = await browser.newContext()
    const admin = await signIn(backstage, server.url, 'admin@qinghe.example')
    const [inbox] = (await admin('GET', '/inboxes')).items
    // Pictures look the same at any hour.
    await admin('PATCH', `/inboxes/${inbox.id}`, { settings: { ...inbox.settings, hours: null } })

    for (const [index, questions] of story.waiting.entries()) {
      const other = await visit(browser, server.url, story)
      for (const question of questions) await other.ask(question)
      await nameContact(admin, story.names[index])
      await other.context.close()
    }

    const customer = await visit(browser, server.url, story)
    for (const question of story.questions) await customer.ask(question)
    await nameContact(admin, story.name)

    const context = await browser.newContext({ locale: story.locale, timezoneId: 'Asia/Shanghai', viewport: SIZE, reducedMotion: 'reduce' })
    await signIn(context, server.url, story.agent)
    const page = await context.newPage()
    await page.goto(`${server.url}/console/inbox/all`)
    await page.getByTestId('conversation-item').filter({ hasText: story.name }).click()
    await page.getByTestId('take-over').click()
    const reply = async (text) => {
      await page.getByTestId('composer').fill(text)
      await page.getByTestId('composer').press('Enter')
      await page.getByTestId('message').filter({ hasText: text.slice(0, 12) }).waitFor({ timeout: WAIT })
    }
    await reply(story.replies[0])
    await customer.ask(story.answers[0], 'nobody')
    await reply(story.replies[1])
    await page.getByTestId('tab-note').click()
    await reply(story.note)
    await page.getByTestId('tab-reply').click()
    await customer.ask(story.answers[1], 'nobody')
    await page.getByTestId('message').filter({ hasText: story.answers[1] }).waitFor({ timeout: WAIT })
    await page.getByTestId('why').first().click()
    await page.locator('[data-testid=trace].marked [data-testid=candidate]').first().waitFor({ timeout: WAIT })
    await page.locator('.timeline').evaluate((box) => (box.scrollTop = box.scrollHeight))
    await page.getByTestId('view-mine').filter({ hasText: '1' }).waitFor({ timeout: WAIT })
    await settled(page)
    await page.screenshot({ path: join(images, `console${story.suffix}.png`) })

    await settled(customer.page)
    await customer.page.screenshot({ path: join(images, `widget${story.suffix}.png`) })
  } finally {
    await server.stop()
    await rm(data, { recursive: true, force: true })
  }
}

/** Everything that moves has come to rest, and every picture has loaded. */
async function settled(page) {
  await page.mouse.move(0, 0)
  await page.evaluate(async () => {
    await document.fonts.ready
    await Promise.all(document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity).map((one) => one.finished.catch(() => {})))
    await new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)))
  })
}

await mkdir(images, { recursive: true })
const browser = await chromium.launch({
  executablePath: process.env.YINGDA_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
})
try {
  for (const story of Object.values(STORIES)) await tell(browser, story)
} finally {
  await browser.close()
}
