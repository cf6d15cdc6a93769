import { ElMessage } from 'element-plus'
import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { api } from '@/api/client'
import type { Content, StoredFile } from '@/api/types'
import { useExplain } from '@/i18n/explain'

const LARGEST_BYTES = 20 * 1024 * 1024
const PICTURES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp']

/** Uploads files, one after the other, and hands each over as a message's content. */
export function useUploads(deliver: (content: Content) => void) {
  const { t } = useI18n()
  const explain = useExplain()
  /** Names of what is on its way. */
  const uploading = ref<string[]>([])

  async function add(files: File[]): Promise<void> {
    for (const file of files) {
      if (file.size > LARGEST_BYTES) {
        ElMessage.error(t('composer.too_large', { name: file.name }))
        continue
      }
      uploading.value.push(file.name)
      try {
        deliver(contentOf(await api.files.upload(file)))
      } catch (problem) {
        ElMessage.error({ message: t('composer.upload_failed', { name: file.name, reason: explain(problem) }), duration: 8000, showClose: true })
      } finally {
        uploading.value = uploading.value.filter((name) => name !== file.name)
      }
    }
  }

  return { uploading, add }
}

function contentOf(file: StoredFile): Content {
  return PICTURES.includes(file.mime)
    ? { type: 'image', file_id: file.id, name: file.name }
    : { type: 'file', file_id: file.id, name: file.name, size: file.size }
}
