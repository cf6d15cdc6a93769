import { type BrowserContext, expect, type Locator, type Page } from '@playwright/test'
import { PASSWORD } from './api.ts'
import { places, type Sender } from './customer.ts'

export type View = 'mine' | 'unassigned' | 'bot' | 'all'

/** Somebody who works in the console. */
export class Console {
  constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    readonly url: string,
  ) {}

  at(testId: string): Locator {
    return this.page.getByTestId(testId)
  }

  async signIn(email: string, password = PASSWORD): Promise<void> {
    await this.page.goto(`${this.url}/console/login`)
    await this.at('login-email').fill(email)
    await this.at('login-password').fill(password)
    await this.at('login-submit').click()
    await expect(this.at('connection')).toHaveAttribute('data-state', 'online')
  }

  async look(view: View): Promise<void> {
    await this.at(`view-${view}`).click()
    await expect(this.at(`view-${view}`)).toHaveAttribute('aria-current', 'page')
  }

  /** Opens the first conversation of a list. */
  async open(view: View): Promise<void> {
    await this.look(view)
    await this.at('conversation-item').first().click()
    await expect(this.at('message').first()).toBeVisible()
  }

  async takeOver(): Promise<void> {
    await this.at('take-over').click()
    await expect(this.at('composer')).toBeVisible()
  }

  async write(text: string): Promise<void> {
    await this.at('composer').fill(text)
    await this.at('composer').press('Enter')
  }

  /** Writes, and waits until the server has it. */
  async reply(text: string): Promise<void> {
    await this.write(text)
    await expect(this.message(text, 'agent')).toBeVisible()
  }

  async note(text: string): Promise<void> {
    await this.at('tab-note').click()
    await this.reply(text)
    await this.at('tab-reply').click()
  }

  /** The message with this text. Name the sender where another may repeat the words. */
  message(text: string, sender?: Sender): Locator {
    const messages = sender ? this.page.locator(`[data-testid=message][data-sender=${sender}]`) : this.at('message')
    return messages.filter({ hasText: text })
  }

  /** Everything that the customer may read, in the order on screen, without what was offered to tap. */
  async said(): Promise<string[]> {
    const bubbles = this.page.locator('[data-testid=message][data-visibility=public] .bubble')
    return bubbles.evaluateAll((all) => all.map((one) => ((one.querySelector('.choices')?.previousElementSibling ?? one) as HTMLElement).innerText))
  }

  async places(): Promise<number[]> {
    return places(this.at('message'))
  }
}
