/**
 * OpenTelemetry spans, from a callback to its push, when the application has an SDK. Without one nothing is made.
 *
 * The SDK and its span processors are the application's. One that throws costs its span, never the callback.
 */
import {
  type Context,
  context,
  ProxyTracerProvider,
  type Span,
  type SpanOptions,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { Logger } from 'pino';
import { ANSWERS, type CallbackOutcome } from '../callback/responses.ts';
import type { AppendOutcome, Submission } from '../journal/journal.ts';

/** Where a traced callback belongs: goes with its report to the commit. */
export type TraceContext = Context;

/** Makes spans. They hold outcomes and positions, never a customer. */
export interface Tracing {
  /** A span around the work on a callback, `kyc.callback`. `work` gets its context, or undefined when the span failed. */
  callback(work: (traced: TraceContext | undefined) => Promise<CallbackOutcome>): Promise<CallbackOutcome>;
  /** The ID of the trace that a callback belongs to; undefined when it has none. */
  traceIdOf(traced: TraceContext): string | undefined;
  /** In each traced callback of a batch: how long the commit took (`kyc.commit`), and notifying the subscribers (`kyc.push`). */
  committed(batch: readonly Submission[], outcomes: readonly AppendOutcome[], took: CommitTimes): void;
}

/** Moments of a commit, as `performance.now()` has them. */
export interface CommitTimes {
  readonly startedAt: number;
  readonly durableAt: number;
  readonly pushedAt: number;
}

/** The tracing of the SDK that the application has started; null when there is none. */
export function findTracing(log: Logger): Tracing | null {
  const provider = trace.getTracerProvider();
  const name = 'xgateway-kyc';
  const tracer = provider instanceof ProxyTracerProvider ? provider.getDelegateTracer(name) : provider.getTracer(name);
  return tracer === undefined ? null : new GuardedTracing(tracer, log);
}

class GuardedTracing implements Tracing {
  readonly #tracer: Tracer;
  readonly #log: Logger;

  constructor(tracer: Tracer, log: Logger) {
    this.#tracer = tracer;
    this.#log = log;
  }

  async callback(work: (traced: TraceContext | undefined) => Promise<CallbackOutcome>): Promise<CallbackOutcome> {
    const span = this.#attempt(() => this.#tracer.startSpan('kyc.callback'));
    if (span === undefined) return work(undefined);
    try {
      const outcome = await this.#within(span, work);
      this.#attempt(() => describe(span, outcome));
      return outcome;
    } finally {
      this.#attempt(() => span.end());
    }
  }

  traceIdOf(traced: TraceContext): string | undefined {
    return this.#attempt(() => trace.getSpanContext(traced)?.traceId);
  }

  committed(
    batch: readonly Submission[],
    outcomes: readonly AppendOutcome[],
    { startedAt, durableAt, pushedAt }: CommitTimes,
  ): void {
    for (const [index, { traced }] of batch.entries()) {
      if (traced === undefined) continue;
      const attributes = { 'kyc.batch_size': batch.length };
      this.#record('kyc.commit', { startTime: epoch(startedAt), attributes }, traced, durableAt);
      const outcome = outcomes[index];
      if (outcome?.outcome !== 'applied') continue;
      const pushed = { startTime: epoch(durableAt), attributes: { 'kyc.position': outcome.update.position } };
      this.#record('kyc.push', pushed, traced, pushedAt);
    }
  }

  /** Runs `work` with `span` as the active one. Whatever the context manager does, `work` runs exactly once. */
  #within(span: Span, work: (traced: TraceContext | undefined) => Promise<CallbackOutcome>): Promise<CallbackOutcome> {
    let running: Promise<CallbackOutcome> | undefined;
    this.#attempt(() => {
      const traced = trace.setSpan(context.active(), span);
      context.with(traced, () => {
        running = work(traced);
      });
    });
    return running ?? work(undefined);
  }

  #record(name: string, options: SpanOptions, parent: TraceContext, endedAt: number): void {
    this.#attempt(() => this.#tracer.startSpan(name, options, parent).end(epoch(endedAt)));
  }

  #attempt<Result>(act: () => Result): Result | undefined {
    try {
      return act();
    } catch (error) {
      this.#log.warn({ err: error }, "The application's OpenTelemetry SDK failed: a span is missing");
      return undefined;
    }
  }
}

function describe(span: Span, { answer, revision }: CallbackOutcome): void {
  span.setAttribute('kyc.outcome', answer);
  if (revision !== undefined) span.setAttribute('kyc.revision', revision);
  if (ANSWERS[answer].status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
}

function epoch(moment: number): number {
  return performance.timeOrigin + moment;
}
