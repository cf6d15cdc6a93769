import type { FileProblem } from './assistant'
import type { Problem } from './types'

/** A request that the server refused (RFC 9457), or that never reached it (`code` is then `offline`). */
export class ApiError extends Error {
  readonly code: string
  readonly status: number
  readonly requestId: string | undefined
  /** The field at fault, where it is one. */
  readonly field: string | undefined
  /** Seconds after which trying again makes sense, when the server said so. */
  readonly retryAfter: number | undefined
  /** What the server says of it in Chinese, where it does. */
  readonly zh: string | undefined
  /** What is wrong with the assistant's files, where that is why. */
  readonly problems: FileProblem[]
  /** What test conversations came to, where they are why. */
  readonly report: unknown

  constructor(problem: Problem, { retryAfter, requestId }: { retryAfter?: number | undefined; requestId?: string | undefined } = {}) {
    super(problem.detail ?? problem.title)
    this.name = 'ApiError'
    this.code = problem.code
    this.status = problem.status
    this.requestId = requestId
    this.field = problem.field ?? undefined
    this.retryAfter = problem.retry_after ?? retryAfter
    this.zh = (problem as { detail_zh?: string | null }).detail_zh ?? undefined
    const more = problem as { problems?: unknown; report?: unknown }
    this.problems = Array.isArray(more.problems) ? (more.problems as FileProblem[]) : []
    this.report = more.report
  }

  static offline(): ApiError {
    return new ApiError({ title: 'The server cannot be reached', status: 0, code: 'offline' })
  }

  /** Reads the problem out of a response; answers that are no problem document (a proxy's page, say) become one. */
  static async from(response: Response): Promise<ApiError> {
    const retryAfter = Number(response.headers.get('Retry-After') ?? Number.NaN)
    let problem: Problem = { title: response.statusText, status: response.status, code: codeOf(response.status) }
    if (response.headers.get('Content-Type')?.includes('json')) {
      try {
        const body = (await response.json()) as Partial<Problem>
        if (typeof body.code === 'string') problem = { ...problem, ...body }
      } catch {
        // A broken body says no more than its status.
      }
    }
    return new ApiError(problem, {
      retryAfter: Number.isFinite(retryAfter) ? retryAfter : undefined,
      requestId: response.headers.get('X-Request-Id') ?? undefined,
    })
  }
}

function codeOf(status: number): string {
  if (status === 401) return 'unauthenticated'
  if (status === 404) return 'not_found'
  if (status === 413) return 'payload_too_large'
  return status >= 500 ? 'unavailable' : 'bad_request'
}
