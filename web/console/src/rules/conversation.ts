// What can be done with a conversation in each status: the mirror of the server's state machine, so that the console
// offers only what will be accepted. The server has the last word.

import type { Conversation, Id, ListName } from '@/api/types'

export type Action = 'take_over' | 'return_to_bot' | 'snooze' | 'assign' | 'resolve' | 'reopen'

export function possible(action: Action, conversation: Conversation, me: Id): boolean {
  const { status } = conversation
  switch (action) {
    case 'take_over':
      // Taking what one already works on changes nothing, so it is not offered; what one has snoozed, it wakes.
      return status !== 'resolved' && (conversation.assignee_id !== me || status === 'snoozed')
    case 'return_to_bot':
      return status !== 'resolved' && status !== 'bot' && conversation.bot
    case 'snooze':
      return status === 'assigned' || status === 'waiting' || status === 'snoozed'
    case 'assign':
      return status !== 'resolved'
    case 'resolve':
      return status !== 'resolved'
    case 'reopen':
      return status === 'resolved'
  }
}

/** Why an answer to the customer would be refused; `null` when it would be accepted. */
export type ReplyObstacle = 'bot' | 'queued' | 'resolved'

export function replyObstacle(conversation: Conversation): ReplyObstacle | null {
  const { status } = conversation
  return status === 'bot' || status === 'queued' || status === 'resolved' ? status : null
}

/** Whether a conversation belongs into a list of the inbox. */
export function belongsTo(list: ListName, conversation: Conversation, me: Id): boolean {
  switch (list) {
    case 'mine':
      return conversation.assignee_id === me && conversation.status !== 'resolved'
    case 'unassigned':
      return conversation.status === 'queued'
    case 'bot':
      return conversation.status === 'bot'
    case 'all':
      return true
  }
}
