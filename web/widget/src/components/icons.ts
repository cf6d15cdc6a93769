import { svg, html, type TemplateResult } from "lit";

/** Icons on a grid of 24, drawn in the colour of the text around them. */
function icon(drawing: unknown): TemplateResult {
  return html`<svg viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${drawing}</svg>`;
}

export const chatIcon = icon(
  svg`<path d="M12 3.5c5 0 8.7 3.3 8.7 7.7S17 18.9 12 18.9c-.9 0-1.8-.1-2.6-.3L5 20.6l.8-3.6c-1.6-1.4-2.5-3.4-2.5-5.8 0-4.4 3.7-7.7 8.7-7.7z"/><path d="M8.3 11.2h.01M12 11.2h.01M15.7 11.2h.01" stroke-width="2.4"/>`,
);
export const downIcon = icon(svg`<path d="M6 9.5l6 6 6-6"/>`);
export const closeIcon = icon(svg`<path d="M6.5 6.5l11 11M17.5 6.5l-11 11"/>`);
export const moreIcon = icon(svg`<path d="M5.5 12h.01M12 12h.01M18.5 12h.01" stroke-width="2.8"/>`);
export const sendIcon = icon(svg`<path d="M12 19.5V5M5.8 11.2L12 5l6.2 6.2" stroke-width="2.2"/>`);
export const pictureIcon = icon(
  svg`<rect x="3.5" y="4.5" width="17" height="15" rx="3"/><circle cx="8.8" cy="9.7" r="1.5"/><path d="M4 17l4.7-4.3 3.3 3 3.8-3.9 4.6 4.6"/>`,
);
export const clipIcon = icon(
  svg`<path d="M19.5 11.3l-7.6 7.6a4.7 4.7 0 0 1-6.7-6.7l7.8-7.7a3.2 3.2 0 0 1 4.5 4.5l-7.7 7.7a1.6 1.6 0 0 1-2.3-2.3l7-7"/>`,
);
export const fileIcon = icon(svg`<path d="M13.5 3.5H7.5a2 2 0 0 0-2 2v13a2 2 0 0 0 2 2h9a2 2 0 0 0 2-2v-10z"/><path d="M13.5 3.5v5h5"/>`);
export const personIcon = icon(svg`<circle cx="12" cy="8.3" r="3.8"/><path d="M4.8 20c.6-3.8 3.5-5.9 7.2-5.9s6.6 2.1 7.2 5.9"/>`);
export const botIcon = icon(
  svg`<rect x="4.5" y="7.5" width="15" height="11" rx="4"/><path d="M12 7.5V4.5M9.3 12v1.4M14.7 12v1.4M2.5 12v2.5M21.5 12v2.5" stroke-width="2"/><circle cx="12" cy="3.8" r=".6"/>`,
);
export const checkIcon = icon(svg`<path d="M5.5 12.5l4.3 4.3 8.7-9.3"/>`);
export const clockIcon = icon(svg`<circle cx="12" cy="12" r="8"/><path d="M12 7.5V12l3 2"/>`);
export const alertIcon = icon(svg`<circle cx="12" cy="12" r="8.5"/><path d="M12 7.8v5M12 16.2h.01" stroke-width="2.2"/>`);
export const openIcon = icon(svg`<path d="M13.5 4.5h6v6M19.5 4.5l-8.5 8.5M10.5 5.5h-4a2 2 0 0 0-2 2v10a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2v-4"/>`);
