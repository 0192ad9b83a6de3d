/** What the shop says to its customers: one answer for each next action, in their words and not in XGateway's. */
import type { FollowedUpdate } from 'xgateway-kyc/react';

/** What the identity card shows. */
export interface Advice {
  readonly tone: 'todo' | 'wait' | 'problem' | 'done';
  readonly title: string;
  readonly text: string;
  /** What the customer can send or has to correct. */
  readonly points: readonly string[];
  /** The button that leads to the identity check; null when there is nothing to do. */
  readonly action: string | null;
}

const DOCUMENTS: Readonly<Record<string, string>> = {
  PASSPORT: 'your passport',
  DRIVERS: 'your driver’s licence',
  ID_CARD: 'your identity card',
  RESIDENCE_PERMIT: 'your residence permit',
  SELFIE: 'a photo of your face',
  UTILITY_BILL: 'a recent utility bill',
};

const NOT_STARTED: Advice = {
  tone: 'todo',
  title: 'Confirm who you are',
  text: 'To pay by bank transfer we have to check your identity once. It takes about three minutes.',
  points: [],
  action: 'Start',
};

/** Says what comes next. `null`: XGateway has not reported this customer yet. */
export function adviceFor(kyc: FollowedUpdate | null): Advice {
  if (kyc === null) return NOT_STARTED;
  const documents = kyc.missingDocuments.map(({ type }) => DOCUMENTS[type] ?? 'another document');
  switch (kyc.nextAction) {
    case 'START':
      return NOT_STARTED;
    case 'PROVIDE_DATA':
      return {
        tone: 'todo',
        title: 'A little more, please',
        text: documents.length > 0 ? 'We still need:' : 'Your details are not complete yet.',
        points: documents,
        action: 'Continue',
      };
    case 'WAIT':
      return {
        tone: 'wait',
        title: 'We are checking your details',
        text: 'This usually takes a few minutes. You can close this page: we will have the answer when you are back.',
        points: [],
        action: null,
      };
    case 'CORRECT_DATA':
      return {
        tone: 'problem',
        title: kyc.reversal ? 'We have to check you once more' : 'Something was not right',
        text: kyc.endUserMessage ?? (documents.length > 0 ? 'Please send again:' : 'Please check what you have sent.'),
        points: documents,
        action: 'Correct it',
      };
    case 'STOP':
      return {
        tone: 'problem',
        title: 'Bank transfer is not available to you',
        text: kyc.endUserMessage ?? 'We could not confirm your identity. You can still pay by card.',
        points: [],
        action: null,
      };
    case 'NONE':
      if (kyc.verified) {
        return {
          tone: 'done',
          title: 'You are verified',
          text: 'You can pay by bank transfer, today and from now on.',
          points: [],
          action: null,
        };
      }
      return {
        tone: 'wait',
        title: 'Almost there',
        text: 'We are looking at your approval once more. There is nothing you have to do.',
        points: [],
        action: null,
      };
    default:
      return kyc.nextAction satisfies never;
  }
}
