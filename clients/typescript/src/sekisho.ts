/**
 * Asking Sekisho from TypeScript: one file on fetch, for Node 18 or newer and other servers. Never from a browser: the key is
 * the application's.
 *
 *     const sekisho = new Sekisho("https://sekisho.example.jp", { key: process.env.SEKISHO_KEY! });
 *     const answer = await sekisho.check({ person: "employee:00123", document: "dms:2026-0017" });
 *     if (!answer.permitted) return answer.message("ja"); // may be shown as it is
 *
 * An answer is for now: ask at each opening. Whatever is not a permit opens nothing, an UnavailableError too.
 */

export type Action = "handle" | "read" | "make" | "communicate" | "transmit" | "carry_out" | "dispose" | "return" | "list";
export type Language = "ja" | "en";
export type Semantic = "execute_all" | "deny_on_first_deny" | "permit_on_first_permit";

/**
 * One question. Name exactly one thing; ids are Sekisho's, or `namespace:value` of yours. `purpose` says what for: a code of
 * yours without blanks. It decides nothing and is recorded.
 */
export type Check = { person: string; action?: Action; purpose?: string } & (
  | { information: string; document?: never; area?: never }
  | { document: string; information?: never; area?: never }
  | { area: string; information?: never; document?: never }
);

/** It may be opened now. Show `mark` whenever the record is shown; ask again at `recheckAt` what stays open. */
export interface Permit {
  readonly permitted: true;
  readonly ledgerIndex: number;
  readonly recheckAt: Date;
  readonly mark: Readonly<Record<string, unknown>> | null;
  readonly obligations: readonly unknown[];
  readonly holdSeconds: number;
}

/** It may not be opened. Never ask again in the hope of another answer. */
export interface Denial {
  readonly permitted: false;
  readonly code: string;
  readonly reference: string;
  message(language?: Language): string;
}

export type Answer = Permit | Denial;

/** No answer. Nothing is permitted. */
export class SekishoError extends Error {}

/** Nobody can answer now (503, a time-out, no connection). Try again after `retryAfter` seconds. */
export class UnavailableError extends SekishoError {
  constructor(message: string, readonly retryAfter = 1) {
    super(message);
  }
}

/** Too many unknown names, or too many requests (429). */
export class TooManyError extends UnavailableError {}

/** The key or token is not valid (401), or may not do this (403). */
export class NotAdmittedError extends SekishoError {}

/** The request is not of the form (400): a mistake in the program. */
export class BadRequestError extends SekishoError {}

export interface Options {
  /** An API key, or a function that gives a fresh access token for each request. */
  key: string | (() => string | Promise<string>);
  /** How long an answer may take, in milliseconds; Sekisho itself gives up after one second. */
  milliseconds?: number;
  onBehalfOf?: string;
  fetch?: typeof fetch;
}

export class Sekisho {
  readonly #address: string;
  readonly #options: Options;

  constructor(address: string, options: Options) {
    if (!/^https?:\/\//.test(address)) throw new TypeError(`not an address of a service: ${address}`);
    this.#address = address.replace(/\/+$/, "");
    this.#options = options;
  }

  /** Returns a Permit or a Denial. Throws SekishoError: then nothing is permitted. */
  async check(check: Check, requestId?: string): Promise<Answer> {
    return answerOf(await this.#send("POST", "/access/v1/evaluation", this.#bodyOf(check), requestId));
  }

  /** Returns an answer for each question, in order, from one request; fewer where `until` stops at the first denial or permit. */
  async checkAll(checks: readonly Check[], until: Semantic = "execute_all", requestId?: string): Promise<Answer[]> {
    if (checks.length === 0) return [];
    const body = { evaluations: checks.map((one) => this.#bodyOf(one)), options: { evaluations_semantic: until } };
    const told = await this.#send("POST", "/access/v1/evaluations", body, requestId);
    const answers = told["evaluations"];
    // Answers that are not as many as the questions could be taken for those of others.
    if (!Array.isArray(answers) || answers.length > checks.length || (until === "execute_all" && answers.length < checks.length)) {
      throw new UnavailableError(NOT_UNDERSTOOD);
    }
    return answers.map((one) => answerOf(isRecord(one) ? one : {}));
  }

  /** Tells what was done on permits. */
  async report(uses: readonly Record<string, unknown>[]): Promise<Record<string, unknown>> {
    return this.#send("POST", "/access/v1/uses", { uses });
  }

  /** Waits until something within your reach changed behind an index, or some seconds; returns whether, and from where to go on. */
  async changes(after: number): Promise<{ changed: boolean; index: number }> {
    const told = await this.#send("GET", `/access/v1/changes?after=${after}`, undefined, undefined, 40_000);
    return { changed: told["changed"] === true, index: Number(told["index"]) };
  }

  #bodyOf(check: Check): Record<string, unknown> {
    const context: Record<string, string> = {};
    if (this.#options.onBehalfOf !== undefined) context["on_behalf_of"] = this.#options.onBehalfOf;
    if (check.purpose !== undefined) context["purpose"] = check.purpose;
    return { ...bodyOf(check), context };
  }

  async #send(method: string, path: string, body?: unknown, requestId?: string, milliseconds?: number): Promise<Record<string, unknown>> {
    const { key } = this.#options;
    const headers: Record<string, string> = { authorization: `Bearer ${typeof key === "string" ? key : await key()}` };
    if (body !== undefined) headers["content-type"] = "application/json";
    if (requestId !== undefined) headers["x-request-id"] = requestId;
    let answer: Response;
    let told: unknown;
    try {
      const signal = AbortSignal.timeout(milliseconds ?? this.#options.milliseconds ?? 2_000);
      const asked: RequestInit = { method, headers, signal };
      if (body !== undefined) asked.body = JSON.stringify(body);
      answer = await (this.#options.fetch ?? fetch)(this.#address + path, asked);
      const text = await answer.text();
      told = text === "" ? {} : JSON.parse(text);
    } catch (failed) {
      throw new UnavailableError(`no answer from ${this.#address}: ${String(failed)}`);
    }
    const found = isRecord(told) ? told : {};
    if (answer.status === 200) return found;
    const message = String(found["message"] ?? found["detail"] ?? `answered with ${answer.status}`);
    const wait = Number(answer.headers.get("retry-after") ?? 1) || 1;
    if (answer.status === 429) throw new TooManyError(message, wait);
    if (answer.status === 401 || answer.status === 403) throw new NotAdmittedError(message);
    if (answer.status >= 400 && answer.status < 500) throw new BadRequestError(message);
    throw new UnavailableError(message, wait);
  }
}

function bodyOf(check: Check): Record<string, unknown> {
  const things = (["information", "document", "area"] as const).filter((kind) => check[kind] !== undefined);
  const kind = things[0];
  if (kind === undefined || things.length > 1) throw new TypeError("name either an information, a document or an area");
  return {
    subject: { type: "person", id: check.person },
    resource: { type: kind, id: check[kind] },
    action: { name: check.action ?? "read" },
  };
}

const NOT_UNDERSTOOD = "the answer is not understood";

function answerOf(body: Record<string, unknown>): Answer {
  const context = body["context"];
  if (!isRecord(context) || typeof body["decision"] !== "boolean") throw new UnavailableError(NOT_UNDERSTOOD);
  if (body["decision"]) {
    const recheckAt = new Date(String(context["recheck_at"]));
    const ledgerIndex = Number(context["ledger_index"] ?? NaN);
    if (Number.isNaN(recheckAt.getTime()) || Number.isNaN(ledgerIndex)) throw new UnavailableError(NOT_UNDERSTOOD);
    return {
      permitted: true,
      ledgerIndex,
      recheckAt,
      mark: isRecord(context["mark"]) ? context["mark"] : null,
      obligations: Array.isArray(context["obligations"]) ? context["obligations"] : [],
      holdSeconds: Number(context["hold_seconds"] ?? 0),
    };
  }
  const messages = isRecord(context["message"]) ? context["message"] : {};
  return {
    permitted: false,
    code: String(context["code"] ?? "not_authorized"),
    reference: String(context["reference"] ?? ""),
    message: (language: Language = "ja") => String(messages[language] ?? messages["ja"] ?? "この操作は許可されていません。"),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
