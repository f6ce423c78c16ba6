import { greeting } from './greeting';

document.querySelector('#app')!.textContent = greeting(import.meta.env.VITE_API_URL);
