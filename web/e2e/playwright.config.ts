import { existsSync } from 'node:fs'
import { defineConfig } from '@playwright/test'

const chromium = process.env.YINGDA_CHROMIUM ?? '/usr/bin/chromium'
if (!existsSync(chromium)) throw new Error(`no browser at ${chromium}: install Debian's chromium, or name another in YINGDA_CHROMIUM`)

export default defineConfig({
  testDir: 'tests',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  reporter: 'list',
  forbidOnly: Boolean(process.env.CI),
  use: {
    actionTimeout: 20_000,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    viewport: { width: 1440, height: 900 },
    launchOptions: {
      executablePath: chromium,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    },
    trace: 'off',
    screenshot: 'only-on-failure',
  },
})
