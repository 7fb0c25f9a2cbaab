const kAnswerTimeoutMilliseconds = 30_000;
/** Browsers take 64 KiB of such requests at once, their heads included. */
const kKeepaliveBytesMax = 48 * 1024;

/** A call that was not answered as hoped. `status` is 0 when there was no answer at all. */
export class ApiError extends Error {
  constructor(status, problem = {}, retryAfterSeconds = 0) {
    super(problem.title ?? 'no answer');
    this.status = status;
    this.problem = problem;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /**
   * What has to change before the same call can succeed; null where nothing will help.
   * @returns {null|'connection'|'recognition'|'pace'|'service'|'reply'}
   */
  get reasonToWait() {
    if (this.status === 0) return 'connection';
    if (this.status === 401) return 'recognition';
    if (this.status === 429) return 'pace';
    if (this.status >= 500 || this.status === 408) return 'service';
    return this.problem.code === 'turn_running' ? 'reply' : null;
  }

  get isWorthAnotherTry() {
    return this.reasonToWait !== null;
  }
}

/** The calls of the service that the page makes. Each throws ApiError and nothing else. */
export class Api {
  #fetch;
  #keepaliveBytes = 0;

  constructor(fetch = (...parameters) => globalThis.fetch(...parameters)) {
    this.#fetch = fetch;
  }

  /**
   * Goes out even while the page is being closed.
   * @param {object} turn message, conversation_id, client_message_id, edit_of, continue_of,
   *   regenerate_of
   */
  async startTurn(turn) {
    const taken = await this.#call('POST', '/api/turns', { body: turn, outlivesPage: true });
    // Whatever answers in the service's place must not make the page believe that it has it.
    if (!taken.turn_id || !taken.conversation_id) throw new ApiError(0);
    return taken;
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
    return this.#call('GET', `/api/conversations${query({ cursor })}`);
  }

  messages(conversationId, cursor, limit) {
    const path = `${conversationPath(conversationId)}/messages`;
    return this.#call('GET', path + query({ cursor, limit }));
  }

  rename(conversationId, title) {
    return this.#call('PATCH', conversationPath(conversationId), { body: { title } });
  }

  /** Goes out even while the page is being closed. */
  remove(conversationId) {
    return this.#call('DELETE', conversationPath(conversationId), { outlivesPage: true });
  }

  async #call(method, path, { body, outlivesPage = false } = {}) {
    const text = body && JSON.stringify(body);
    const call = () => this.#ask(method, path, text, outlivesPage);
    try {
      return await call();
    } catch (error) {
      if (error.status !== 401) throw error;
      // Opening the page sets a cookie, also where the old one is not recognised any more.
      await this.#ask('GET', '/').catch(() => {});
      return call();
    }
  }

  async #ask(method, path, text, outlivesPage = false) {
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), kAnswerTimeoutMilliseconds);
    const bytes = new TextEncoder().encode(text ?? '').length;
    const keepalive = outlivesPage && this.#keepaliveBytes + bytes <= kKeepaliveBytesMax;
    if (keepalive) this.#keepaliveBytes += bytes;
    try {
      const answer = await this.#fetch(path, {
        method,
        headers: text ? { 'Content-Type': 'application/json' } : {},
        body: text,
        keepalive,
        signal: deadline.signal,
      });
      const content = await contentOf(answer);
      if (answer.ok) return content;
      throw new ApiError(answer.status, content, Number(answer.headers.get('Retry-After')) || 0);
    } catch (error) {
      throw error instanceof ApiError ? error : new ApiError(0);
    } finally {
      clearTimeout(timer);
      if (keepalive) this.#keepaliveBytes -= bytes;
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

function query(parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value);
  return given.length > 0 ? `?${new URLSearchParams(given)}` : '';
}
