import type { Decorator, Preview } from '@storybook/web-components-vite';
import { setCustomElementsManifest } from '@storybook/web-components-vite';
import { mswLoader } from 'msw-storybook-addon/csf3';
import manifest from '../custom-elements.json';
import '../tokens.css';
import './preview.css';

setCustomElementsManifest(manifest);

/** The toolbar's three switches, written to the document, where a host page would write them too. */
const surroundings: Decorator = (story, { globals }) => {
  const root = document.documentElement;
  root.dataset['scheme'] = String(globals['scheme'] ?? 'light');
  root.dir = String(globals['direction'] ?? 'ltr');
  root.dataset['width'] = String(globals['width'] ?? 'full');
  return story();
};

const preview: Preview = {
  loaders: [mswLoader()],
  decorators: [surroundings],
  tags: ['autodocs'],
  initialGlobals: { scheme: 'light', direction: 'ltr', width: 'full' },
  globalTypes: {
    scheme: {
      description: 'Colour scheme',
      toolbar: { icon: 'mirror', items: ['light', 'dark'], dynamicTitle: true },
    },
    direction: {
      description: 'Writing direction',
      toolbar: { icon: 'transfer', items: ['ltr', 'rtl'], dynamicTitle: true },
    },
    width: {
      description: 'Width',
      toolbar: {
        icon: 'mobile',
        items: [
          { value: 'full', title: 'full width' },
          { value: 'narrow', title: '360 px' },
        ],
        dynamicTitle: true,
      },
    },
  },
  parameters: {
    a11y: { test: 'error' },
    msw: [],
    options: { storySort: { order: ['Start here', 'The report', 'Elements'] } },
  },
};

export default preview;
