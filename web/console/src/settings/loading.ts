import { onMounted, ref, type Ref } from 'vue'

/** Loads what a section shows when it opens, and again when asked. */
export function useLoaded<T>(load: () => Promise<T>, empty: T) {
  const data = ref(empty) as Ref<T>
  const state = ref<'loading' | 'ready' | 'failed'>('loading')
  const problem = ref<unknown>(null)

  async function reload(): Promise<void> {
    if (state.value === 'failed') state.value = 'loading'
    try {
      data.value = await load()
      state.value = 'ready'
    } catch (error) {
      problem.value = error
      state.value = 'failed'
    }
  }

  onMounted(reload)
  return { data, state, problem, reload }
}
