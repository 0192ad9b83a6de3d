/** What a page says to a customer: one text per next action, as data, so that a translation is another object of the same shape. */
import type { FollowedUpdate } from './follow-contract.ts';
import type { KycNextAction } from './generated/kyc.ts';

/** What a status means to the customer: something to do, to wait for, to worry about, or nothing. */
export type KycTone = 'todo' | 'wait' | 'problem' | 'done';

/** What is said about one situation. */
export interface KycStatusText {
  readonly tone: KycTone;
  readonly title: string;
  readonly text: string;
  /** The text before a list of documents, where there is one. Default: `text`. */
  readonly beforeDocuments?: string;
  /** The label of the button that leads to the identity check. None where there is nothing to do. */
  readonly action?: string;
}

/** Everything that is said to customers, in one language. */
export interface KycStatusTexts {
  /** What to do next. `NONE` is said to those who are verified. */
  readonly actions: Readonly<Record<KycNextAction, KycStatusText>>;
  /** A `FULL_USER` that waits for a confirmation: nothing to do, and not verified yet. */
  readonly inDoubt: KycStatusText;
  /** XGateway revoked `FULL_USER`, and the customer has to correct something. */
  readonly reversal: KycStatusText;
  /** Documents by XGateway's names. */
  readonly documents: Readonly<Record<string, string>>;
  /** A document without a name here. */
  readonly otherDocument: string;
  /** The connection is interrupted, and is being retried. */
  readonly interrupted: string;
  /** The connection is closed. */
  readonly disconnected: string;
}

/** The texts in English. */
export const KYC_STATUS_TEXTS: KycStatusTexts = {
  actions: {
    START: {
      tone: 'todo',
      title: 'Verify your identity',
      text: 'We need to check your identity once. It takes about three minutes.',
      action: 'Start',
    },
    PROVIDE_DATA: {
      tone: 'todo',
      title: 'We need a little more',
      text: 'Your details are not complete yet.',
      beforeDocuments: 'We still need:',
      action: 'Continue',
    },
    WAIT: {
      tone: 'wait',
      title: 'We are checking your details',
      text: 'This usually takes a few minutes. You can close this page and come back later.',
    },
    CORRECT_DATA: {
      tone: 'problem',
      title: 'Something was not right',
      text: 'Please check what you sent.',
      beforeDocuments: 'Please send again:',
      action: 'Correct it',
    },
    STOP: {
      tone: 'problem',
      title: 'We could not verify your identity',
      text: 'Contact our support team if you think this is a mistake.',
    },
    NONE: { tone: 'done', title: 'You are verified', text: 'There is nothing more to do.' },
  },
  inDoubt: {
    tone: 'wait',
    title: 'Almost there',
    text: 'We are checking your approval once more. There is nothing you have to do.',
  },
  reversal: {
    tone: 'problem',
    title: 'We have to check you once more',
    text: 'Please check what you sent.',
    beforeDocuments: 'Please send again:',
    action: 'Correct it',
  },
  documents: {
    PASSPORT: 'your passport',
    DRIVERS: 'your driving licence',
    ID_CARD: 'your identity card',
    RESIDENCE_PERMIT: 'your residence permit',
    SELFIE: 'a photo of your face',
    UTILITY_BILL: 'a recent utility bill',
  },
  otherDocument: 'another document',
  interrupted: 'The connection is interrupted. This may be out of date; we are trying again.',
  disconnected: 'This page is no longer connected. Please reload it.',
};

/** What to show a customer. */
export interface KycDescription {
  readonly tone: KycTone;
  readonly title: string;
  readonly text: string;
  /** The documents that XGateway waits for, in words. Empty where the customer can't send any now. */
  readonly documents: readonly string[];
  /** The label of the button that leads to the identity check; null when there is nothing to do. */
  readonly action: string | null;
}

/** The fields of an update that its description depends on. */
export type DescribedKyc = Pick<
  FollowedUpdate,
  'nextAction' | 'verified' | 'reversal' | 'endUserMessage' | 'missingDocuments'
>;

/**
 * Describes a customer's KYC in words. XGateway's own message for the customer takes precedence over the text. Null (XGateway has not
 * reported anything) is described as the start.
 *
 * @example
 * import { describeKyc, KYC_STATUS_TEXTS } from 'xgateway-kyc/client';
 *
 * const GERMAN = { ...KYC_STATUS_TEXTS, otherDocument: 'ein weiteres Dokument' };
 * show(describeKyc(null, GERMAN).title);
 */
export function describeKyc(kyc: DescribedKyc | null, texts: KycStatusTexts = KYC_STATUS_TEXTS): KycDescription {
  const said = textFor(kyc, texts);
  const takesDocuments = said.beforeDocuments !== undefined;
  const documents = takesDocuments && kyc !== null ? kyc.missingDocuments.map(({ type }) => nameOf(type, texts)) : [];
  const message = said.tone === 'problem' ? kyc?.endUserMessage : null;
  return {
    tone: said.tone,
    title: said.title,
    text: message ?? (documents.length > 0 ? said.beforeDocuments : undefined) ?? said.text,
    documents,
    action: said.action ?? null,
  };
}

function textFor(kyc: DescribedKyc | null, { actions, inDoubt, reversal }: KycStatusTexts): KycStatusText {
  if (kyc === null) return actions.START;
  if (kyc.nextAction === 'NONE' && !kyc.verified) return inDoubt;
  if (kyc.nextAction === 'CORRECT_DATA' && kyc.reversal) return reversal;
  // A later release of the gateway may know another action: nothing that this page could offer.
  return (actions as Partial<typeof actions>)[kyc.nextAction] ?? actions.WAIT;
}

function nameOf(type: string, { documents, otherDocument }: KycStatusTexts): string {
  return Object.hasOwn(documents, type) ? (documents[type] ?? otherDocument) : otherDocument;
}
