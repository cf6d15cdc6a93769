import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { api, useCsrfToken } from '@/api/client'
import type { SignedIn, User, Workspace } from '@/api/types'
import { type Permission, roleMay } from '@/rules/permission'

/** Who is signed in. */
export const useSession = defineStore('session', () => {
  const state = ref<'unknown' | 'in' | 'out'>('unknown')
  const user = ref<User | null>(null)
  const workspace = ref<Workspace | null>(null)
  /** Whether the last session ended without being asked to. */
  const expired = ref(false)
  const me = computed(() => user.value?.id ?? '')

  function enter(signedIn: SignedIn): void {
    useCsrfToken(signedIn.csrf_token)
    user.value = signedIn.user
    workspace.value = signedIn.workspace
    state.value = 'in'
    expired.value = false
  }

  function leave(why: 'asked' | 'expired' = 'asked'): void {
    expired.value = why === 'expired'
    useCsrfToken('')
    user.value = null
    workspace.value = null
    state.value = 'out'
  }

  /** Finds out whether the cookie of an earlier visit is still good. */
  async function restore(): Promise<void> {
    try {
      enter(await api.auth.me())
    } catch {
      leave()
    }
  }

  async function login(email: string, password: string): Promise<void> {
    enter(await api.auth.login(email, password))
  }

  async function logout(): Promise<void> {
    try {
      await api.auth.logout()
    } finally {
      leave()
    }
  }

  const may = (permission: Permission): boolean => user.value !== null && roleMay(user.value.role, permission)

  return { state, expired, user, workspace, me, restore, login, logout, leave, may }
})
