import { ElMessage } from 'element-plus'
import { reactive } from 'vue'
import { useI18n } from 'vue-i18n'
import { api } from '@/api/client'
import type { ConversationView, Id } from '@/api/types'
import { useExplain } from '@/i18n/explain'
import { type Action, possible } from '@/rules/conversation'
import { useConversation } from '@/stores/conversation'
import { useInbox } from '@/stores/inbox'
import { useSession } from '@/stores/session'

/** What the signed-in user can do with the open conversation, and the doing. */
export function useActions() {
  const { t } = useI18n()
  const explain = useExplain()
  const conversation = useConversation()
  const inbox = useInbox()
  const session = useSession()
  const state = reactive({
    /** The action that is under way. */
    busy: null as Action | null,
    /** The dialog that asks for the rest. */
    asking: null as 'snooze' | 'assign' | null,
  })

  function can(action: Action): boolean {
    const open = conversation.view?.conversation
    const permitted = session.may(action === 'assign' ? 'assign_others' : 'write_conversations')
    return open !== undefined && permitted && possible(action, open, session.me)
  }

  async function perform(action: Action, doing: Promise<ConversationView>): Promise<void> {
    state.busy = action
    try {
      await inbox.act(doing)
      state.asking = null
    } catch (problem) {
      ElMessage.error({ message: t('action.refused', { reason: explain(problem) }), showClose: true })
      // The state on screen allowed what the server refused: it is old.
      void conversation.reload()
    } finally {
      state.busy = null
    }
  }

  function run(action: Action): void {
    const id = conversation.openId
    if (!id || !can(action) || state.busy) return
    switch (action) {
      case 'take_over':
        return void perform(action, api.conversations.takeOver(id))
      case 'return_to_bot':
        return void perform(action, api.conversations.returnToBot(id))
      case 'resolve':
        return void perform(action, api.conversations.resolve(id))
      case 'reopen':
        return void perform(action, api.conversations.reopen(id))
      case 'snooze':
      case 'assign':
        state.asking = action
    }
  }

  function snooze(until: Date): void {
    const id = conversation.openId
    if (id) void perform('snooze', api.conversations.snooze(id, until.toISOString()))
  }

  function assign(to: { user_id: Id | null; team_id: Id | null }): void {
    const id = conversation.openId
    if (id) void perform('assign', api.conversations.assign(id, to))
  }

  return { state, can, run, snooze, assign }
}

export type Actions = ReturnType<typeof useActions>
