import type { Id } from '@/api/types'
import type { Outgoing } from '@/live/timeline'

/** What somebody has written and the server has not got: begun texts by place, messages by conversation. */
export interface Unsent {
  drafts: readonly (readonly [string, string])[]
  outgoing: readonly (readonly [Id, readonly Outgoing[]])[]
}

// It survives a reload of this tab, and goes with it: customers' matters do not belong on the disk of a shared computer.
const place = (user: Id): string => `yingda.unsent.${user}`

export function keepUnsent(user: Id, unsent: Unsent): void {
  try {
    sessionStorage.setItem(place(user), JSON.stringify(unsent))
  } catch {
    // Full or forbidden: then it lasts as long as the page.
  }
}

export function keptUnsent(user: Id): Unsent {
  try {
    const kept = JSON.parse(sessionStorage.getItem(place(user)) ?? '') as Partial<Unsent>
    return { drafts: kept.drafts ?? [], outgoing: kept.outgoing ?? [] }
  } catch {
    return { drafts: [], outgoing: [] }
  }
}

export function dropUnsent(user: Id): void {
  try {
    sessionStorage.removeItem(place(user))
  } catch {
    // What could not be stored need not be removed.
  }
}
