/**
 * Keeps the page as tall as what is really visible. The on-screen keyboard of iOS lies over the
 * page and tells nobody but the visual viewport.
 */
export function fitToKeyboard(root = document.documentElement) {
  const { visualViewport } = window;
  if (!visualViewport) return;
  const fit = () => {
    // Zooming in with two fingers also makes it smaller, and must not squeeze the page.
    const isZoomed = visualViewport.scale > 1.01;
    if (isZoomed) root.style.removeProperty('--visible-height');
    else root.style.setProperty('--visible-height', `${visualViewport.height}px`);
  };
  visualViewport.addEventListener('resize', fit);
  fit();
}
