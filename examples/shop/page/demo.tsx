/** For the demonstration alone: reports on the customer as XGateway would. */
const REPORTS: Readonly<Record<string, object>> = {
  'Not started': { status: 'KYC_NEEDED' },
  'Data missing': { status: 'PENDING_KYC_DATA', docsMissing: ['PASSPORT', 'SELFIE'] },
  'In review': { status: 'KYC_PENDING' },
  'Soft failed': {
    status: 'SOFT_KYC_FAILED',
    docsMissing: ['SELFIE'],
    kycRejectLabel: 'BAD_SELFIE',
    kycEndUserErrorMessage: 'The photo of your face is too dark. Please take it again:',
  },
  'Hard failed': { status: 'HARD_KYC_FAILED', kycRejectLabel: 'FORGERY' },
  Approved: { status: 'FULL_USER' },
};

export function Demo() {
  const report = async (said: object | undefined): Promise<void> => {
    await fetch('/demo/xgateway', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(said),
    });
  };
  return (
    <aside className="demo" aria-label="Play XGateway">
      <span>Play XGateway:</span>
      {Object.entries(REPORTS).map(([name, said]) => (
        <button type="button" key={name} onClick={() => void report(said)}>
          {name}
        </button>
      ))}
    </aside>
  );
}
