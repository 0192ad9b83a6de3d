/** The gateway's rules as an Envelop plugin: for GraphQL Yoga, Hive Gateway, and whatever else is built on Envelop. */
import {
  type ExecutionResult,
  type GraphQLSchema,
  type ParseOptions,
  parse,
  type Source,
  type ValidationRule,
} from 'graphql';
import type { DocumentReference, Documents } from '../graphql/documents/documents.ts';
import type { ObserveOperation } from '../graphql/observe.ts';
import { asOperationError, operationError } from '../graphql/operation-error.ts';
import type { EmbeddedOperation } from './check-operation.ts';
import { type ObservedResult, observed } from './observed.ts';

/** What the plugin does at each phase. Structural, so that the package needs nothing of Envelop's. */
export interface KycEnvelopPlugin {
  /** Yoga's: what a request asks for, before it is parsed. */
  onParams(payload: { readonly params: DocumentReference; setParams(params: object): void }): Promise<void>;
  onSchemaChange(payload: { readonly schema: GraphQLSchema }): void;
  onParse(payload: { setParseFn(parse: (source: string | Source, options?: ParseOptions) => unknown): void }): void;
  onValidate(payload: { addValidationRule(rule: ValidationRule): void }): void;
  // biome-ignore lint/suspicious/noExplicitAny: each server has a context of its own
  onContextBuilding(payload: { readonly context: any; extendContext(extension: any): void }): Promise<void>;
  onExecute(
    // biome-ignore lint/suspicious/noExplicitAny: the same
    payload: EnvelopExecutePayload<any>,
  ): Promise<{ onExecuteDone(payload: { readonly result: unknown }): void } | undefined>;
  onSubscribe(
    // biome-ignore lint/suspicious/noExplicitAny: the same
    payload: EnvelopExecutePayload<any>,
  ): Promise<{ onSubscribeResult(payload: { readonly result: unknown }): void } | undefined>;
}

/** What Envelop passes before it executes. */
export interface EnvelopExecutePayload<Args> {
  readonly args: Args;
  setResultAndStopExecution(result: ExecutionResult): void;
}

/** What the plugin needs. */
export interface EnvelopOptions {
  readonly maxTokens: number;
  readonly rules: readonly ValidationRule[];
  readonly documents: Documents;
  readonly checkSchema: (schema: GraphQLSchema) => void;
  readonly contextOf: (context: object) => Promise<object>;
  readonly checkOperation: (operation: EmbeddedOperation) => Promise<void>;
  /** Takes a place for an operation; resolves with the function that releases it. */
  readonly admit: (contextValue: unknown) => Promise<() => void>;
  readonly observe: ObserveOperation;
}

/** Makes the plugin. Operations that are refused answer with one error and are not executed. */
export function envelopPlugin(options: EnvelopOptions): KycEnvelopPlugin {
  const { maxTokens, rules, documents, checkSchema, contextOf, checkOperation, admit, observe } = options;
  return {
    async onParams({ params, setParams }) {
      if (params.documentId == null) return;
      try {
        // Without a viewer: a trusted document is for all of them.
        setParams({ ...params, query: await documents.textOf(params, null), documentId: undefined });
      } catch (error) {
        throw operationError(error);
      }
    },
    onSchemaChange: ({ schema }) => checkSchema(schema),
    onParse: ({ setParseFn }) => setParseFn((source, given) => parse(source, { ...given, maxTokens })),
    onValidate({ addValidationRule }) {
      for (const rule of rules) addValidationRule(rule);
    },
    async onContextBuilding({ context, extendContext }) {
      if (context.kyc === undefined) extendContext(await contextOf(context));
    },
    async onExecute({ args, setResultAndStopExecution }) {
      let leave: (() => void) | undefined;
      const answered = observed(observe, args);
      try {
        leave = await admit(args.contextValue);
        await checkOperation(args);
        const release = leave;
        return {
          onExecuteDone({ result }) {
            release();
            answered(result as ObservedResult);
          },
        };
      } catch (error) {
        leave?.();
        const result = { errors: [asOperationError(error)] };
        answered(result);
        setResultAndStopExecution(result);
        return undefined;
      }
    },
    async onSubscribe({ args, setResultAndStopExecution }) {
      const opened = observed(observe, args);
      try {
        await checkOperation(args);
        return { onSubscribeResult: ({ result }) => opened(result as ObservedResult) };
      } catch (error) {
        const result = { errors: [asOperationError(error)] };
        opened(result);
        setResultAndStopExecution(result);
        return undefined;
      }
    },
  };
}
