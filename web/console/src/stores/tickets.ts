import { defineStore } from 'pinia'
import { ref } from 'vue'

/** Tells whoever shows tickets that they changed, here or elsewhere. */
export const useTickets = defineStore('tickets', () => {
  const revision = ref(0)
  function refresh(): void {
    revision.value += 1
  }
  return { revision, refresh }
})
