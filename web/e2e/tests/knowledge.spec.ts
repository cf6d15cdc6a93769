import { text } from '../support/files.ts'
import { expect, STAFF, test } from '../support/journey.ts'

test('what is added to the knowledge is answered from at once', async ({ newCustomer, newAgent }) => {
  const zhou = await newAgent(STAFF.supervisor)
  await zhou.at('nav-knowledge').click()
  await zhou.at('kb-new').click()
  await zhou.at('kb-question').fill('你们卖不卖风筝？')
  await zhou.at('kb-answer').fill('我们不卖风筝，但有适合放风筝的草帽。')
  await zhou.at('kb-variants').fill('有风筝吗\n想买风筝')
  await zhou.at('kb-save').click()
  await expect(zhou.at('kb-question')).toBeHidden()
  await zhou.at('kb-ask').fill('有风筝吗')
  await zhou.at('kb-ask-submit').click()
  await expect(zhou.at('kb-ask-result')).toContainText('草帽')

  const customer = await newCustomer()
  await customer.openChat()
  await customer.send('你们卖不卖风筝？')
  await expect(customer.messages('bot').last()).toContainText('适合放风筝的草帽')
})

test('an import says line by line what it refused, and takes the rest', async ({ newAgent }) => {
  const zhou = await newAgent(STAFF.supervisor)
  await zhou.at('nav-knowledge').click()
  await expect(zhou.at('kb-entry').first()).toBeVisible()
  const table = 'question,answer,variants\n孔明灯多少钱？,每个二十元。,孔明灯价格\n,没有问题的答案,\n孔明灯防水吗？,防水。,\n'
  await zhou.at('kb-import-file').setInputFiles(text('孔明灯.csv', table, 'text/csv'))
  await expect(zhou.page.getByRole('dialog')).toContainText('新增 2 条')
  await expect(zhou.at('kb-refused')).toHaveCount(1)
  await expect(zhou.at('kb-refused')).toContainText('3')
  await zhou.page.getByRole('dialog').getByRole('button', { name: '关闭' }).last().click()
  await zhou.at('kb-search').fill('孔明灯')
  await expect(zhou.at('kb-entry').filter({ hasText: '孔明灯' })).toHaveCount(2)
})
