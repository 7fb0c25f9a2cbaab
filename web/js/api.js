const kAnswerTimeoutMilliseconds = 30_000;
const kWorthAnotherTry = new Set([408, 429, 502, 503, 504]);

/** A call that was not answered as hoped. `status` is 0 when there was no answer at all. */
export class ApiError extends Error {
  constructor(status, problem = {}, retryAfterSeconds = 0) {
    super(problem.title ?? 'no answer');
    this.status = status;
    this.problem = problem;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  get isUnanswered() {
    return this.status === 0;
  }

  get isWorthAnotherTry() {
    return this.isUnanswered || kWorthAnotherTry.has(this.status);
  }
}

/** The calls of the service that the page makes. Each throws ApiError and nothing else. */
export class Api {
  #fetch;

  constructor(fetch = (...parameters) => globalThis.fetch(...parameters)) {
    this.#fetch = fetch;
  }

  /**
   * @param {object} turn message, conversation_id, client_message_id, continue_of, regenerate_of
   */
  startTurn(turn) {
    return this.#call('POST', '/api/turns', turn);
  }

  turn(id) {
    return this.#call('GET', `/api/turns/${encodeURIComponent(id)}`);
  }

  stopTurn(id) {
    return this.#call('DELETE', `/api/turns/${encodeURIComponent(id)}`);
  }

  eventsAddress(turnId, after) {
    return `/api/turns/${encodeURIComponent(turnId)}/events?after=${after}`;
  }

  conversations(cursor) {
    return this.#call('GET', `/api/conversations${page(cursor)}`);
  }

  messages(conversationId, cursor) {
    return this.#call('GET', `${conversationPath(conversationId)}/messages${page(cursor)}`);
  }

  rename(conversationId, title) {
    return this.#call('PATCH', conversationPath(conversationId), { title });
  }

  /** Goes out even while the page is being closed. */
  remove(conversationId) {
    return this.#call('DELETE', conversationPath(conversationId));
  }

  async #call(method, path, body) {
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), kAnswerTimeoutMilliseconds);
    try {
      const answer = await this.#fetch(path, {
        method,
        headers: body ? { 'Content-Type': 'application/json' } : {},
        body: body && JSON.stringify(body),
        keepalive: method === 'DELETE',
        signal: deadline.signal,
      });
      const content = await contentOf(answer);
      if (answer.ok) return content;
      throw new ApiError(answer.status, content, Number(answer.headers.get('Retry-After')) || 0);
    } catch (error) {
      throw error instanceof ApiError ? error : new ApiError(0);
    } finally {
      clearTimeout(timer);
    }
  }
}

// A proxy in between may answer with a page of its own; the status alone then says enough.
async function contentOf(answer) {
  const text = await answer.text();
  try {
    return JSON.parse(text);
  } catch (error) {
    if (answer.ok && text) throw error;
    return {};
  }
}

function conversationPath(id) {
  return `/api/conversations/${encodeURIComponent(id)}`;
}

function page(cursor) {
  return cursor ? `?cursor=${encodeURIComponent(cursor)}` : '';
}
