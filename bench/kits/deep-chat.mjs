// deep-chat: made for a conversation with a service. It has no status and no list of people; older messages come from
// its `loadHistory`.
import 'deep-chat';

let element = null;
let waiting = null;

const itemOf = ({ own, text }) => ({ role: own ? 'user' : 'ai', text });
const unused = () => {
  throw new Error('not in this kit');
};

export default {
  name: 'deep-chat',
  caps: { status: 'none', virtualised: false, prepend: true, people: false },
  async mount(box, messages) {
    element = document.createElement('deep-chat');
    element.style.width = '800px';
    element.style.height = '600px';
    element.connect = { handler: () => undefined };
    // The first call is for what it opens with; the others come when it is scrolled to the top, as long as a `false` says
    // that there is more.
    element.loadHistory = (index) =>
      index === 0
        ? [false, ...messages.map(itemOf)]
        : new Promise((resolve) => {
            waiting = resolve;
          });
    box.append(element);
  },
  append: (message) => element.addMessage(itemOf(message)),
  setStatus() {},
  async prepend(messages) {
    if (!waiting) throw new Error('does not ask for older messages here');
    waiting([false, ...messages.map(itemOf)]);
    waiting = null;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  },
  statusOf: () => null,
  scroller: () => element?.shadowRoot?.querySelector('#messages') ?? null,
  destroy() {
    element?.remove();
    element = waiting = null;
  },
  mountPeers: unused,
  setPresence: unused,
  presenceOf: () => null,
  filter: unused,
};
