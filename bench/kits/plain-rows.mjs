// The rows of plain DOM.
import { style } from './dom.mjs';

style(`.list{height:100%;overflow:auto;font:16px/1.4 sans-serif}
.row{padding:4px 12px}.row p{margin:0}.row small{color:#555}.own{text-align:end}`);

/** A message: its text, its time and its status. */
export function messageRow({ id, own, text, time, status }) {
  const row = document.createElement('div');
  row.className = own ? 'row own' : 'row';
  row.dataset.id = id;
  const body = document.createElement('p');
  body.textContent = text;
  const meta = document.createElement('small');
  meta.textContent = status ? `${time} ${status}` : time;
  if (status) meta.dataset.status = status;
  row.append(body, meta);
  return row;
}

/** A person: the name, the last text and whether they are online. */
export function peerRow({ id, name, last, online, unread }) {
  const row = document.createElement('div');
  row.className = 'row';
  row.dataset.id = id;
  const title = document.createElement('p');
  title.textContent = unread > 0 ? `${name} (${unread})` : name;
  const meta = document.createElement('small');
  meta.textContent = `${online ? 'Online' : 'Away'}, ${last}`;
  meta.dataset.online = String(online);
  row.append(title, meta);
  return row;
}
