import { type BrowserContext, expect, type Locator, type Page } from '@playwright/test'

export type Sender = 'customer' | 'bot' | 'agent' | 'system'

/** A customer in front of the shop page, and the chat on it. Playwright looks into the widget's shadow root by itself. */
export class Customer {
  readonly widget: Locator

  constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    readonly shop: string,
  ) {
    this.widget = page.locator('yingda-chat')
  }

  async visit(): Promise<void> {
    await this.page.goto(this.shop)
    await expect(this.at('launcher')).toBeVisible()
  }

  async openChat(): Promise<void> {
    await this.at('launcher').click()
    await expect(this.at('panel')).toBeVisible()
  }

  at(testId: string): Locator {
    return this.widget.getByTestId(testId)
  }

  /** Messages on screen, of one sender if given. */
  messages(sender?: Sender): Locator {
    return sender ? this.widget.locator(`[data-testid=message][data-sender=${sender}]`) : this.at('message')
  }

  /** The message with this text. Name the sender where an answer may repeat the words: it can come at any moment. */
  message(text: string, sender?: Sender): Locator {
    return this.messages(sender).filter({ hasText: text })
  }

  async write(text: string): Promise<void> {
    await this.at('input').fill(text)
    await this.at('input').press('Enter')
    await expect(this.message(text, 'customer')).toBeVisible()
  }

  /** Writes, and waits until the server has it. */
  async send(text: string): Promise<void> {
    await this.write(text)
    await expect(this.message(text, 'customer')).toHaveAttribute('data-state', /^(sent|read)$/)
  }

  /** Everything that was said, from the first stored message on (the greeting is not stored). */
  async said(): Promise<string[]> {
    return this.widget.locator('[data-testid=message][data-seq] .bubble').allInnerTexts()
  }

  /** Places of the messages on screen; strictly ascending when nothing is doubled or out of order. */
  async places(): Promise<number[]> {
    return places(this.widget.locator('[data-testid=message][data-seq]'))
  }
}

export async function places(messages: Locator): Promise<number[]> {
  return messages.evaluateAll((all) => all.map((one) => Number((one as HTMLElement).dataset.seq)))
}
