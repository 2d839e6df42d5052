import { setMessengerFactory } from './components/internal/service.ts';
import { messengerOf } from './service.ts';

// Before any element is defined: one that stands in the page is upgraded at once.
setMessengerFactory(messengerOf);
