// Draws the launcher without a framework, so that a page loads nothing else until someone wants help.
import { CHAT, CLOSE } from './icons';

const SVG = 'http://www.w3.org/2000/svg';

export interface Launcher {
  button: HTMLButtonElement;
  badge: HTMLElement;
}

export function drawnLauncher(): Launcher {
  const button = document.createElement('button');
  button.className = 'launcher';
  button.part.add('launcher');
  const badge = document.createElement('span');
  badge.className = 'unread';
  badge.part.add('badge');
  badge.ariaHidden = 'true';
  button.append(icon(CHAT), icon(CLOSE), badge);
  return { button, badge };
}

function icon(drawing: string): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.ariaHidden = 'true';
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', drawing);
  svg.append(path);
  return svg;
}
