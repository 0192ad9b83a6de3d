/** Digests of the console's documents (documents/own-documents.ts). */
export const CONSOLE_DOCUMENTS: readonly string[] = [
  '5a65ca86ea6e420837d97c63109f301dc65d95c4a31223df2ccbba1af13c70d2',
  '15fe43f4dac6048dfb71d55cc779389a676324d0b14c34dfa56b6a0d0da84e87',
  '2485c4df078319bbaf6ba27f547d6d3dbe4bde8f0a686dae1260c7b3c676660e',
  'b57f2ccbd509025fbdee34796df5dd954f11daef7b9ef71d23e8a3068a9c15b5',
  'bba69b8f1debeeea78e96dcb667fccd4bbf3c4daa7c36c8b74c9c1f3b184c717',
  'c3f859a6253057f4536f6a3a603c275af782e62b8833efcb41fb20d6c2b486cd',
  'c11e9777d989f2e0a6cac9ae55f227d9abe9318d56f26b80cc486b5451a3dff9',
  '437a7a3357462b3e66fab0e398f5e36a39a880c8272d3f6a69a7905173664105',
];
