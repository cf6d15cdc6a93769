import { defineStore } from 'pinia'
import { ref } from 'vue'
import { api } from '@/api/client'
import type { Id, Inbox, Team, User } from '@/api/types'

/** Colleagues, teams and inboxes: what ids in conversations stand for. */
export const useDirectory = defineStore('directory', () => {
  const users = ref<User[]>([])
  const teams = ref<Team[]>([])
  const inboxes = ref<Inbox[]>([])

  async function load(): Promise<void> {
    const [u, t, i] = await Promise.all([api.users.list(), api.teams.list(), api.inboxes.list()])
    users.value = u.items
    teams.value = t.items
    inboxes.value = i.items
  }

  const userName = (id: Id): string | undefined => users.value.find((user) => user.id === id)?.name
  const teamName = (id: Id): string | undefined => teams.value.find((team) => team.id === id)?.name

  return { users, teams, inboxes, load, userName, teamName }
})
