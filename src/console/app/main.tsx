import '@fontsource-variable/atkinson-hyperlegible-mono';
import '@fontsource-variable/atkinson-hyperlegible-next';
import './styles/base.css';
import './styles/layout.css';
import './styles/connection.css';
import './styles/counts.css';
import './styles/status.css';
import './styles/lists.css';
import './styles/stream.css';
import './styles/timeline.css';
import './styles/dead-letters.css';
import './styles/send-callback.css';
import './styles/filters.css';
import './styles/text.css';
import './styles/search.css';
import './styles/decisions.css';
import './styles/consumers.css';
import './styles/export.css';
import './styles/record.css';
import './styles/attention.css';
import './styles/statistics.css';
import './styles/audit-log.css';
import './styles/print.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
