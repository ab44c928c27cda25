/** Whether the page follows the server, for the indicator in the header. */
import { createContext, useContext } from 'react';
import type { LiveStatus } from './live.ts';

export const LiveStatusContext = createContext<LiveStatus>('connecting');
export const useLiveStatus = (): LiveStatus => useContext(LiveStatusContext);
