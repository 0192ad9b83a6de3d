/** What the shop says to its customers: one text for each next action, in their words and not in XGateway's. */
import type { KycStatusTexts } from 'xgateway-kyc/react';

/** The shop's texts. Another language is another object like this one. */
export const SHOP_TEXTS: KycStatusTexts = {
  actions: {
    START: {
      tone: 'todo',
      title: 'Confirm who you are',
      text: 'To pay by bank transfer we have to check your identity once. It takes about three minutes.',
      action: 'Start',
    },
    PROVIDE_DATA: {
      tone: 'todo',
      title: 'A little more, please',
      text: 'Your details are not complete yet.',
      beforeDocuments: 'We still need:',
      action: 'Continue',
    },
    WAIT: {
      tone: 'wait',
      title: 'We are checking your details',
      text: 'This usually takes a few minutes. You can close this page: we will have the answer when you are back.',
    },
    CORRECT_DATA: {
      tone: 'problem',
      title: 'Something was not right',
      text: 'Please check what you have sent.',
      beforeDocuments: 'Please send again:',
      action: 'Correct it',
    },
    STOP: {
      tone: 'problem',
      title: 'Bank transfer is not available to you',
      text: 'We could not confirm your identity. You can still pay by card.',
    },
    NONE: {
      tone: 'done',
      title: 'You are verified',
      text: 'You can pay by bank transfer, today and from now on.',
    },
  },
  inDoubt: {
    tone: 'wait',
    title: 'Almost there',
    text: 'We are looking at your approval once more. There is nothing you have to do.',
  },
  reversal: {
    tone: 'problem',
    title: 'We have to check you once more',
    text: 'Please check what you have sent.',
    beforeDocuments: 'Please send again:',
    action: 'Correct it',
  },
  documents: {
    PASSPORT: 'your passport',
    DRIVERS: 'your driver’s licence',
    ID_CARD: 'your identity card',
    RESIDENCE_PERMIT: 'your residence permit',
    SELFIE: 'a photo of your face',
    UTILITY_BILL: 'a recent utility bill',
  },
  otherDocument: 'another document',
  interrupted: 'The connection is interrupted. This may be out of date; we are trying again.',
  disconnected: 'This page is no longer connected. Please reload it.',
};
