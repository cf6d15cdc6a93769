import { readFile } from 'node:fs/promises'
import type { Download } from '@playwright/test'
import { picture, text } from '../support/files.ts'
import { expect, STAFF, test } from '../support/journey.ts'

test('pictures and files go both ways and arrive as they were', async ({ newCustomer, newAgent }) => {
  const customer = await newCustomer()
  const chen = await newAgent(STAFF.chen)
  await customer.openChat()
  await customer.send('转人工')
  await chen.open('unassigned')
  await chen.takeOver()

  await customer.at('upload-picture').setInputFiles(picture('椅子.png'))
  await expect(customer.messages('customer').locator('yingda-picture img')).toHaveJSProperty('naturalWidth', 240)
  const seen = chen.page.locator('[data-testid=message] .picture img')
  await expect(seen).toHaveJSProperty('naturalWidth', 240)
  await expect(seen).toHaveAttribute('alt', '椅子.png')

  const letter = '第一行：保修说明\n第二行：两年'
  await chen.at('file-input').setInputFiles([text('保修说明.txt', letter), picture('标签.png', 300, 200)])
  await expect(customer.messages('agent').locator('yingda-picture img')).toHaveJSProperty('naturalWidth', 300)
  const saved = customer.page.waitForEvent('download')
  await customer.at('file').click()
  expect(await contentOf(await saved, '保修说明.txt')).toBe(letter)

  await customer.at('upload').setInputFiles(text('订单.csv', '订单,件数\n1,2', 'text/csv'))
  const fetched = chen.page.waitForEvent('download')
  await chen.page.getByRole('link', { name: '下载 订单.csv' }).click()
  expect(await contentOf(await fetched, '订单.csv')).toBe('订单,件数\n1,2')

  await customer.widget.getByRole('button', { name: '查看图片 椅子.png' }).click()
  await expect(customer.at('lightbox')).toBeVisible()
  await customer.page.keyboard.press('Escape')
  await expect(customer.at('lightbox')).toBeHidden()
  await expect(customer.at('panel')).toBeVisible()
})

test('a private note never reaches the customer', async ({ newCustomer, newAgent, server }) => {
  const customer = await newCustomer()
  const frames: string[] = []
  customer.page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => frames.push(String(payload))))
  const bodies: Promise<string>[] = []
  customer.page.on('response', (response) => {
    if (response.url().startsWith(`${server.url}/api/`)) bodies.push(response.text().catch(() => ''))
  })
  const chen = await newAgent(STAFF.chen)
  await customer.openChat()
  await customer.send('转人工')
  await chen.open('unassigned')
  await chen.takeOver()
  await chen.note('内部：这位客户上周投诉过')
  await expect(chen.at('message').filter({ hasText: '上周投诉过' })).toHaveAttribute('data-visibility', 'private')
  await chen.reply('您好，请讲')
  await expect(customer.message('请讲')).toBeVisible()

  await customer.page.reload()
  await expect(customer.message('请讲')).toBeVisible()
  await expect(customer.widget).not.toContainText('投诉过')
  expect(frames.length).toBeGreaterThan(0)
  expect([...frames, ...(await Promise.all(bodies))].filter((heard) => heard.includes('投诉过'))).toEqual([])
})

test('a file that pretends to be a picture is never run', async ({ newCustomer, newAgent }) => {
  const customer = await newCustomer()
  const chen = await newAgent(STAFF.chen)
  await customer.openChat()
  await customer.send('转人工')
  await chen.open('unassigned')
  const page = '<script>document.title = "taken over"</script>'
  await customer.at('upload').setInputFiles({ name: '照片.svg', mimeType: 'image/png', buffer: Buffer.from(page) })
  const link = chen.page.getByRole('link', { name: '下载 照片.svg' })
  await expect(link).toBeVisible()
  const address = await link.getAttribute('href')
  const answer = await chen.context.request.get(new URL(address ?? '', chen.url).href)
  expect(answer.headers()['content-disposition']).toMatch(/^attachment/)
  expect(answer.headers()['x-content-type-options']).toBe('nosniff')
  expect(answer.headers()['content-security-policy']).toContain('sandbox')
})

async function contentOf(download: Download, name: string): Promise<string> {
  expect(download.suggestedFilename()).toBe(name)
  return readFile(await download.path(), 'utf8')
}
