/**
 * OpenTelemetry spans, from a callback to its push, when the application has an SDK. Without one nothing is made: what asks for
 * spans is given null.
 */
import { type Context, context, ProxyTracerProvider, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import { ANSWERS, type CallbackOutcome } from '../callback/responses.ts';
import type { AppendOutcome, Submission } from '../journal/journal.ts';

/** Where a traced callback belongs: goes with its report to the commit. */
export type TraceContext = Context;

/** Makes spans. They hold outcomes and positions, never who it is about. */
export interface Tracing {
  /** A span around the work on a callback, `kyc.callback`. `work` hands its context on with the report. */
  callback(work: (traced: TraceContext) => Promise<CallbackOutcome>): Promise<CallbackOutcome>;
  /** In each traced callback of a batch: how long the commit took (`kyc.commit`), and waking the subscribers (`kyc.push`). */
  committed(batch: readonly Submission[], outcomes: readonly AppendOutcome[], took: CommitTimes): void;
}

/** Moments of a commit, as `performance.now()` has them. */
export interface CommitTimes {
  readonly startedAt: number;
  readonly durableAt: number;
  readonly pushedAt: number;
}

/** The tracing of the SDK that the application has started; null when there is none. */
export function findTracing(): Tracing | null {
  const provider = trace.getTracerProvider();
  const name = 'xgateway-kyc';
  const tracer = provider instanceof ProxyTracerProvider ? provider.getDelegateTracer(name) : provider.getTracer(name);
  return tracer === undefined ? null : tracingWith(tracer);
}

function tracingWith(tracer: Tracer): Tracing {
  return {
    callback: (work) =>
      tracer.startActiveSpan('kyc.callback', async (span) => {
        try {
          const outcome = await work(trace.setSpan(context.active(), span));
          span.setAttribute('kyc.outcome', outcome.answer);
          if (outcome.revision !== undefined) span.setAttribute('kyc.revision', outcome.revision);
          if (ANSWERS[outcome.answer].status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
          return outcome;
        } finally {
          span.end();
        }
      }),
    committed(batch, outcomes, { startedAt, durableAt, pushedAt }) {
      for (const [index, { traced }] of batch.entries()) {
        if (traced === undefined) continue;
        const attributes = { 'kyc.batch_size': batch.length };
        tracer.startSpan('kyc.commit', { startTime: epoch(startedAt), attributes }, traced).end(epoch(durableAt));
        const outcome = outcomes[index];
        if (outcome?.outcome !== 'applied') continue;
        const pushed = { startTime: epoch(durableAt), attributes: { 'kyc.position': outcome.update.position } };
        tracer.startSpan('kyc.push', pushed, traced).end(epoch(pushedAt));
      }
    },
  };
}

function epoch(moment: number): number {
  return performance.timeOrigin + moment;
}
